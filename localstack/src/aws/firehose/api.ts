/** Firehose's data plane for the streams of the deployment: PutRecord, PutRecordBatch, DescribeDeliveryStream. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { PUT_BYTES_MAX, RECORDS_PER_PUT_MAX } from '@dataloaf/core/limits';
import type { Log } from '@dataloaf/core/log';
import type { StreamSpec } from '@dataloaf/infra/deployment';
import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import { type JsonRequest, type JsonService, notImplemented, ServiceError } from '../service.ts';
import { DeliveryStream, type StreamStatus } from './delivery-stream.ts';

export interface FirehoseOptions {
  /** Folder of its own, for example `<dir>/firehose`. */
  readonly dir: string;
  readonly streams: readonly StreamSpec[];
  /** The real client, pointed at the gateway. */
  readonly s3: S3Client;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: Log;
}

/** 1,000 KiB before base64 (AWS quota, 2026-11). */
const RECORD_BYTES_MAX = 1_000 * 1024;
const ACCOUNT = '000000000000';

interface Entry {
  readonly spec: StreamSpec;
  readonly stream: DeliveryStream;
}

export class FirehoseService implements JsonService {
  readonly scope = 'firehose';
  readonly target = 'Firehose_20150804';
  readonly #streams: ReadonlyMap<string, Entry>;
  readonly #faults: Faults;

  constructor(options: FirehoseOptions) {
    this.#faults = options.faults;
    this.#streams = new Map(
      options.streams.map((spec) => {
        const { s3, clock, faults, log } = options;
        const dir = join(options.dir, spec.name);
        return [spec.name, { spec, stream: new DeliveryStream({ spec, dir, s3, clock, faults, log }) }];
      }),
    );
  }

  async start(): Promise<void> {
    for (const { stream } of this.#streams.values()) await stream.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#streams.values()].map(({ stream }) => stream.stop()));
  }

  /** Delivers all that is pending, now. @returns number of objects */
  async flush(): Promise<number> {
    const counts = await Promise.all([...this.#streams.values()].map(({ stream }) => stream.flush()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  status(): readonly StreamStatus[] {
    return [...this.#streams.values()].map(({ stream }) => stream.status());
  }

  async handle(request: JsonRequest): Promise<unknown> {
    switch (request.operation) {
      case 'PutRecord':
        return this.#putRecord(request.body);
      case 'PutRecordBatch':
        return this.#putRecordBatch(request.body);
      case 'DescribeDeliveryStream':
        return { DeliveryStreamDescription: describeStream(this.#entryOf(request.body).spec) };
      default:
        throw notImplemented('firehose', request.operation);
    }
  }

  async #putRecord(body: unknown): Promise<unknown> {
    const { spec, stream } = this.#entryOf(body);
    const record = dataOf(fieldOf(body, 'Record'), 'record');
    await this.#withFault(spec.name, () => stream.put([record]));
    return { RecordId: randomUUID(), Encrypted: false };
  }

  async #putRecordBatch(body: unknown): Promise<unknown> {
    const { spec, stream } = this.#entryOf(body);
    const records = recordsOf(fieldOf(body, 'Records'));
    const rule = this.#faults.take('firehose_refuses', (refusal) => appliesTo(refusal.stream, spec.name));
    const refused = Math.min(rule?.records ?? 0, records.length);
    await this.#withFault(spec.name, () => stream.put(records.slice(refused)));
    return {
      FailedPutCount: refused,
      Encrypted: false,
      RequestResponses: records.map((_, index) => (index < refused ? REFUSED_RECORD : { RecordId: randomUUID() })),
    };
  }

  async #withFault(name: string, put: () => Promise<void>): Promise<void> {
    const fault = this.#faults.take('firehose_fails', (rule) => appliesTo(rule.stream, name));
    if (fault !== undefined && fault.when !== 'after') throw unavailable();
    await put();
    if (fault !== undefined) throw unavailable();
  }

  #entryOf(body: unknown): Entry {
    const name = fieldOf(body, 'DeliveryStreamName');
    if (typeof name !== 'string' || name === '') throw invalid('deliveryStreamName', 'must not be null');
    const entry = this.#streams.get(name);
    if (entry !== undefined) return entry;
    throw new ServiceError(400, 'ResourceNotFoundException', `Firehose ${name} under account ${ACCOUNT} not found.`);
  }
}

const UNAVAILABLE = 'Slow down.';
const REFUSED_RECORD = { ErrorCode: 'ServiceUnavailableException', ErrorMessage: UNAVAILABLE };
const unavailable = (): ServiceError => new ServiceError(503, 'ServiceUnavailableException', UNAVAILABLE);

const appliesTo = (ruled: string | undefined, stream: string): boolean => ruled === undefined || ruled === stream;

function recordsOf(value: unknown): readonly Buffer[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('records', 'must have at least 1 member');
  if (value.length > RECORDS_PER_PUT_MAX) throw invalid('records', `must have at most ${RECORDS_PER_PUT_MAX} members`);
  const records = value.map((record: unknown, index) => dataOf(record, `records.${index + 1}.member`));
  if (records.reduce((sum, record) => sum + record.length, 0) > PUT_BYTES_MAX) {
    throw new ServiceError(400, 'InvalidArgumentException', 'Records size exceeds 4 MB limit');
  }
  return records;
}

function dataOf(record: unknown, where: string): Buffer {
  const data = fieldOf(record, 'Data');
  if (typeof data !== 'string') throw invalid(`${where}.data`, 'must not be null');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > RECORD_BYTES_MAX) throw invalid(`${where}.data`, `must have at most ${RECORD_BYTES_MAX} bytes`);
  return bytes;
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? new Map<string, unknown>(Object.entries(body)).get(name)
    : undefined;
}

const invalid = (where: string, rule: string): ServiceError =>
  new ServiceError(
    400,
    'ValidationException',
    `1 validation error detected: Value at '${where}' failed to satisfy constraint: Member ${rule}`,
  );

function describeStream(spec: StreamSpec): unknown {
  return {
    DeliveryStreamName: spec.name,
    DeliveryStreamARN: `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/${spec.name}`,
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamType: 'DirectPut',
    VersionId: '1',
    HasMoreDestinations: false,
    Destinations: [
      {
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationDescription: {
          RoleARN: `arn:aws:iam::${ACCOUNT}:role/local`,
          BucketARN: `arn:aws:s3:::${spec.bucket}`,
          Prefix: spec.prefix,
          ErrorOutputPrefix: spec.errorPrefix,
          BufferingHints: { SizeInMBs: spec.bufferMb, IntervalInSeconds: spec.bufferSeconds },
          CompressionFormat: spec.compression,
          EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
        },
      },
    ],
  };
}
