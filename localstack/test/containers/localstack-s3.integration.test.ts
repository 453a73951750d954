/** The path to LocalStack, without Docker: our own S3 takes LocalStack's place, so that tests can kill and empty it. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Gateway } from '../../src/aws/gateway.ts';
import { S3Api } from '../../src/aws/s3/api.ts';
import { ServiceError } from '../../src/aws/service.ts';
import { BodyReader } from '../../src/body-reader.ts';
import { Clock } from '../../src/clock.ts';
import { LocalStackBuckets } from '../../src/containers/localstack-buckets.ts';
import { LocalStackS3 } from '../../src/containers/localstack-s3.ts';
import { Faults } from '../../src/faults.ts';
import { closeServer, listenOnLoopback } from '../../src/loopback.ts';
import { aTemporaryDir, clientOptions, silentLog } from '../tools/aws-fixture.ts';
import { until } from '../tools/until.ts';

const Bucket = 'acme-events';

let dir: string;
let far: S3Api;
let farServer: Server;
let port: number;
let buckets: LocalStackBuckets;
let gateway: Gateway;
let client: S3Client;
const faults = new Faults();
const bodies = new BodyReader({ heldBytesMax: 1e8, silenceMs: 10_000, bodyMs: 60_000 });
const log = silentLog();
const warned = vi.spyOn(log, 'warn');

async function startFar(atPort = 0): Promise<void> {
  far = new S3Api({ dir: join(dir, 's3'), clock: new Clock(), faults: new Faults() });
  await far.start();
  farServer = createServer((request, response) => {
    far.handle(request, response, bodies).catch((error: unknown) => {
      if (error instanceof ServiceError) far.fail(response, error);
      else response.destroy();
    });
  });
  port = await listenOnLoopback(farServer, atPort);
}

beforeEach(async () => {
  warned.mockClear();
  faults.clear();
  dir = await aTemporaryDir();
  await startFar();
  const url = `http://127.0.0.1:${port}`;
  buckets = new LocalStackBuckets(url, log);
  gateway = new Gateway({ port: 0, log });
  await gateway.start();
  const near = new LocalStackS3({ url, buckets, faults });
  await near.ensureBuckets([Bucket]);
  gateway.addStream(near);
  client = new S3Client(clientOptions(gateway.url));
});

afterEach(async () => {
  client.destroy();
  buckets.stop();
  await gateway.stop();
  await closeServer(farServer);
  await rm(dir, { recursive: true, force: true });
});

const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToByteArray();
};

it.each(['plain', 'a/../b', 'a//b', '/x', 'Müller & Söhne+?#%', 'dt=2026-11-24/hr=07/x.gz'])(
  'an object comes back byte for byte under the key %s, streamed and unpacked by nobody',
  async (Key) => {
    const bytes = randomBytes(300_000);

    await client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: Readable.from([bytes.subarray(0, 99_999), bytes.subarray(99_999)]),
        ContentLength: bytes.length,
        ContentEncoding: 'gzip',
      }),
    );

    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((object) => [object.Key, object.Size])).toEqual([[Key, bytes.length]]);
    expect(Buffer.compare(Buffer.from((await get(Key)) ?? []), bytes)).toBe(0);
  },
);

it('a fault before the work prevents it, a fault after it only loses the response', async () => {
  faults.add([{ kind: 's3_fails', operation: 'PutObject', key: 'before', times: 1 }]);
  faults.add([{ kind: 's3_fails', operation: 'PutObject', key: 'after', when: 'after', times: 1 }]);

  await expect(put('before', 'x')).rejects.toThrow('reduce your request rate');
  await expect(put('after', 'x')).rejects.toThrow('reduce your request rate');

  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map((object) => object.Key)).toEqual(['after']);
});

it('callers of a silent LocalStack get a 503, and the log says that the stack is waiting for it', async () => {
  await put('kept', 'x');
  await closeServer(farServer);

  await expect(put('lost', 'x')).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  await startFar(port);
  await put('later', 'x');

  expect(warned.mock.calls.map(([fields, text]) => [Object(fields).waited_for, text])).toEqual([
    ['LocalStack', 'waiting for a part of the stack'],
    ['LocalStack', 'a part of the stack is responding again'],
  ]);
});

it('an absent key is no lost bucket', async () => {
  await expect(get('absent')).rejects.toMatchObject({ name: 'NoSuchKey' });

  await put('present', 'x');
  expect(buckets.loss).toBeUndefined();
});

it('a missing bucket is lost permanently: S3 refuses every request, and the bucket is not created again', async () => {
  await put('kept', 'x');
  await closeServer(farServer);
  await rm(join(dir, 's3'), { recursive: true });
  await startFar(port);

  await expect(get('kept')).rejects.toThrow('it was restarted, and all S3 data is lost');
  await far.ensureBuckets([Bucket]);
  await expect(put('new', 'x')).rejects.toThrow('it was restarted, and all S3 data is lost');
  await expect(buckets.ensure([Bucket])).rejects.toThrow('it was restarted');
  expect((await buckets.lost).hint).toContain('start it again; it will be empty');
});

it('a missing bucket is noticed although nobody sends a request', async () => {
  await closeServer(farServer);
  await rm(join(dir, 's3'), { recursive: true });
  await startFar(port);

  await until('the loss to be noticed', () => buckets.loss !== undefined);
});
