/** A gateway with S3 and Firehose in a temporary folder, and real clients for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { createLog, type Log } from '@dataloaf/core/log';
import type { StreamSpec } from '@dataloaf/infra/deployment';
import { FirehoseApi } from '../../src/aws/firehose/api.ts';
import { DeliveryStreams } from '../../src/aws/firehose/delivery-streams.ts';
import { Gateway } from '../../src/aws/gateway.ts';
import { S3Api } from '../../src/aws/s3/api.ts';
import { Clock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';

export const silentLog = (): Log => createLog({ name: 'test', level: 'silent' });

export const aStream = (changes: Partial<StreamSpec> = {}): StreamSpec => ({
  stream: 'events',
  name: 'acme-events',
  bucket: 'acme-events',
  prefix: 'data/v1/events/dt=!{timestamp:yyyy-MM-dd}/hr=!{timestamp:HH}/',
  errorPrefix: 'errors/!{firehose:error-output-type}/',
  bufferSeconds: 60,
  bufferMb: 1,
  compression: 'GZIP',
  ...changes,
});

export interface AwsFixture {
  readonly dir: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly gateway: Gateway;
  readonly s3: S3Client;
  readonly s3Api: S3Api;
  readonly firehose: FirehoseClient;
  readonly streams: DeliveryStreams;
  stop(): Promise<void>;
}

interface FixtureOptions {
  readonly dir?: string;
  readonly streams?: readonly StreamSpec[];
  readonly wall?: () => number;
}

export const aTemporaryDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'dataloaf-localstack-'));

export async function startAws(options: FixtureOptions = {}): Promise<AwsFixture> {
  const dir = options.dir ?? (await aTemporaryDir());
  const clock = new Clock(options.wall === undefined ? {} : { wall: options.wall });
  const faults = new Faults();
  const log = silentLog();
  const gateway = new Gateway({ port: 0, log });
  await gateway.start();
  const connection = clientOptions(gateway.url);
  const s3 = new S3Client(connection);
  const firehose = new FirehoseClient(connection);
  const s3Api = new S3Api({ dir: join(dir, 's3'), clock, faults });
  await s3Api.start();
  await s3Api.ensureBuckets(['acme-events']);
  const specs = options.streams ?? [aStream()];
  const streams = new DeliveryStreams({ dir: join(dir, 'firehose'), streams: specs, s3, clock, faults, log });
  gateway.addStream(s3Api);
  gateway.addJson(new FirehoseApi({ streams, faults }));
  await streams.start();
  const stop = async (): Promise<void> => {
    await streams.stop();
    await clock.stop();
    await gateway.stop();
    s3.destroy();
    firehose.destroy();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  };
  return { dir, clock, faults, gateway, s3, s3Api, firehose, streams, stop };
}

const ignore = (): void => undefined;

export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
  // The client would print a warning that it does not retry a streamed request, which is what the tests want.
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

interface RawRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A request with headers that `fetch` does not allow. */
export function sendRaw({ url, method = 'GET', headers = {}, body = '' }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const path = /^http:\/\/[^/]+(.*)$/.exec(url)?.[1] || '/'; // Not `pathname`: it would resolve `..`.
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The start of a SigV4 header, which is all that the gateway reads. */
export const signedFor = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
