/** The protocol of Firehose's data plane: PutRecord, PutRecordBatch and DescribeDeliveryStream. */
import { randomUUID } from 'node:crypto';
import { PUT_BYTES_MAX, RECORDS_PER_PUT_MAX } from '@dataloaf/core/limits';
import type { StreamSpec } from '@dataloaf/infra/deployment';
import type { Faults } from '../../faults.ts';
import { type JsonApi, type JsonRequest, refuseOperation, ServiceError } from '../service.ts';
import type { DeliveryStreams, NamedStream } from './delivery-streams.ts';
import { REFUSED_OPERATIONS } from './refused-operations.ts';

export interface FirehosePorts {
  readonly streams: DeliveryStreams;
  readonly faults: Faults;
}

/** 1,000 KiB before base64 (AWS quota, 2026-11). */
const RECORD_BYTES_MAX = 1_000 * 1024;
const ACCOUNT = '000000000000';

export class FirehoseApi implements JsonApi {
  readonly scope = 'firehose';
  readonly target = 'Firehose_20150804';
  readonly #streams: DeliveryStreams;
  readonly #faults: Faults;

  constructor({ streams, faults }: FirehosePorts) {
    this.#streams = streams;
    this.#faults = faults;
  }

  async handle(request: JsonRequest): Promise<unknown> {
    switch (request.operation) {
      case 'PutRecord':
        return this.#putRecord(request.body);
      case 'PutRecordBatch':
        return this.#putRecordBatch(request.body);
      case 'DescribeDeliveryStream':
        return { DeliveryStreamDescription: describeStream(this.#streamOf(request.body).spec) };
      default:
        throw refuseOperation(this.scope, request.operation, REFUSED_OPERATIONS);
    }
  }

  async #putRecord(body: unknown): Promise<unknown> {
    const { spec, stream } = this.#streamOf(body);
    const record = dataOf(fieldOf(body, 'Record'), 'record');
    await this.#withFault(spec.name, () => stream.put([record]));
    return { RecordId: randomUUID(), Encrypted: false };
  }

  async #putRecordBatch(body: unknown): Promise<unknown> {
    const { spec, stream } = this.#streamOf(body);
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

  #streamOf(body: unknown): NamedStream {
    const name = fieldOf(body, 'DeliveryStreamName');
    if (typeof name !== 'string' || name === '') throw invalid('deliveryStreamName', 'must not be null');
    const found = this.#streams.get(name);
    if (found !== undefined) return found;
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
