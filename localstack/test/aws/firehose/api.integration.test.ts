import { appendFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { type AwsFixture, aStream, aTemporaryDir, startAws } from '../../tools/aws-fixture.ts';

const STREAM = 'acme-events';
const MINUTE_MS = 60_000;

const running: AwsFixture[] = [];
async function start(options: Parameters<typeof startAws>[0] = {}): Promise<AwsFixture> {
  const aws = await startAws(options);
  running.push(aws);
  return aws;
}
afterEach(async () => {
  for (const aws of running.splice(0)) await aws.stop();
});

/** A wall clock that does not move, so that only `advance` makes time pass. */
const at = (iso: string) => ({ wall: () => Date.parse(iso) });

const putBatch = (aws: AwsFixture, lines: readonly string[]) =>
  aws.firehose.send(
    new PutRecordBatchCommand({
      DeliveryStreamName: STREAM,
      Records: lines.map((line) => ({ Data: Buffer.from(line) })),
    }),
  );

async function keysOf(aws: AwsFixture): Promise<readonly string[]> {
  const page = await aws.s3.send(new ListObjectsV2Command({ Bucket: STREAM }));
  return (page.Contents ?? []).map(({ Key }) => Key ?? '');
}

/** The text of all objects, one after the other. */
async function textOf(aws: AwsFixture): Promise<string> {
  const texts = [];
  for (const Key of await keysOf(aws)) {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: STREAM, Key }));
    texts.push(gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString());
  }
  return texts.join('|');
}

describe('delivery', () => {
  it('writes the records of a batch in order, with nothing between them, when the buffer is old enough', async () => {
    const aws = await start();
    const answer = await putBatch(aws, ['a\n', 'b', 'c\nd\n']);
    await aws.firehose.send(new PutRecordCommand({ DeliveryStreamName: STREAM, Record: { Data: Buffer.from('e') } }));

    await aws.clock.advance(MINUTE_MS - 1_000);
    const early = await keysOf(aws);
    await aws.clock.advance(1_000);

    expect(answer.FailedPutCount).toBe(0);
    expect(early).toEqual([]);
    expect(await textOf(aws)).toBe('a\nbc\nd\ne');
  });

  it('names the object by the oldest record in it, in UTC', async () => {
    const aws = await start(at('2026-11-22T23:59:30.500Z'));
    await putBatch(aws, ['old']);
    await aws.clock.advance(45_000);
    await putBatch(aws, ['young']);

    await aws.clock.advance(15_000);

    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
    expect(await keysOf(aws)).toEqual([
      expect.stringMatching(`^data/v1/events/dt=2026-11-22/hr=23/acme-events-1-2026-11-22-23-59-30-${uuid}\\.gz$`),
    ]);
    expect(await textOf(aws)).toBe('oldyoung');
  });

  it('marks the object as gzip, as AWS does', async () => {
    const aws = await start();
    await putBatch(aws, ['a']);

    await aws.streams.flush();
    const [Key] = await keysOf(aws);
    const object = await aws.s3.send(new GetObjectCommand({ Bucket: STREAM, Key }));

    expect(object).toMatchObject({ ContentEncoding: 'gzip', ContentType: 'application/octet-stream' });
    object.Body?.transformToString();
  });

  it('delivers when the buffer is large enough, without waiting', async () => {
    const aws = await start();
    const record = 'x'.repeat(600_000);

    await putBatch(aws, [record]);
    await aws.clock.advance(0);
    const early = await keysOf(aws);
    await putBatch(aws, [record]);
    await aws.clock.advance(0);

    expect(early).toEqual([]);
    expect((await textOf(aws)).length).toBe(1_200_000);
    expect(aws.streams.status()).toMatchObject([{ pendingRecords: 0, delivered: 1 }]);
  });

  it('puts what arrives during a delivery into the next object', async () => {
    const aws = await start();
    const lines = Array.from({ length: 40 }, (_, n) => `${n};`);

    const puts = lines.map(async (line, n) => {
      await putBatch(aws, [line]);
      if (n % 10 === 0) await aws.streams.flush();
    });
    await Promise.all(puts);
    await aws.streams.flush();

    const delivered = (await textOf(aws)).replaceAll('|', '').split(';').slice(0, -1);
    expect(delivered.map(Number).sort((a, b) => a - b)).toEqual(lines.map((_, n) => n));
  });

  it('tries again until S3 takes the object', async () => {
    const aws = await start();
    aws.faults.add([{ kind: 's3_fails', operation: 'PutObject', times: 3 }]);
    await putBatch(aws, ['a']);

    await aws.clock.advance(MINUTE_MS);
    const pending = aws.streams.status();
    await aws.clock.advance(5 * MINUTE_MS);

    expect(pending).toMatchObject([{ pendingRecords: 1 }]);
    expect(await textOf(aws)).toBe('a');
  });

  it('delivers twice under two keys when a fault asks for it', async () => {
    const aws = await start();
    aws.faults.add([{ kind: 'firehose_delivers_twice', times: 1 }]);
    await putBatch(aws, ['a']);

    await aws.streams.flush();

    expect(await textOf(aws)).toBe('a|a');
  });
});

describe('a process that is lost', () => {
  it('leaves what it acknowledged to the next one', async () => {
    const dir = await aTemporaryDir();
    const first = await startAws({ dir });
    await putBatch(first, ['a', 'b']);
    await first.stop();

    const second = await start({ dir });
    await putBatch(second, ['c']);
    await second.clock.advance(MINUTE_MS);

    expect((await textOf(second)).split('|').sort()).toEqual(['ab', 'c']);
    await rm(dir, { recursive: true });
  });

  it('leaves a torn record, which was never acknowledged, out of the object', async () => {
    const dir = await aTemporaryDir();
    const first = await startAws({ dir });
    await putBatch(first, ['whole']);
    await first.stop();
    const folder = join(dir, 'firehose', STREAM);
    const [name = ''] = await readdir(folder);
    await appendFile(join(folder, name), Buffer.from([0, 0, 0, 9, 120, 120]));

    const second = await start({ dir });
    await second.streams.flush();

    expect(await textOf(second)).toBe('whole');
    await rm(dir, { recursive: true });
  });

  it('does not deliver twice when it is lost between the S3 write and the end of the delivery', async () => {
    const dir = await aTemporaryDir();
    const first = await startAws({ dir });
    await putBatch(first, ['a']);
    first.faults.add([{ kind: 's3_fails', operation: 'PutObject', when: 'after', times: 3 }]);
    await expect(first.streams.flush()).rejects.toThrow();
    const [key] = await keysOf(first);
    await first.stop();

    const second = await start({ dir });
    await putBatch(second, ['b']);
    await second.streams.flush();

    expect(key).toBeDefined();
    expect(await keysOf(second)).toContain(key);
    expect((await textOf(second)).split('|').sort()).toEqual(['a', 'b']);
    await rm(dir, { recursive: true });
  });

  it('delivers in time although its clock was far ahead', async () => {
    const dir = await aTemporaryDir();
    const first = await startAws({ dir });
    await first.clock.advance(3 * 24 * 60 * MINUTE_MS);
    await putBatch(first, ['a']);
    await first.stop();

    const second = await start({ dir });
    await second.clock.advance(MINUTE_MS);

    expect(await textOf(second)).toBe('a');
    await rm(dir, { recursive: true });
  });
});

describe('refusals', () => {
  it('refuses part of a batch as often as a fault says, and keeps the rest', async () => {
    const aws = await start();
    aws.faults.add([{ kind: 'firehose_refuses', records: 2, times: 1 }]);

    const answer = await putBatch(aws, ['a', 'b', 'c']);
    const again = await putBatch(aws, ['a', 'b']);
    await aws.streams.flush();

    expect(answer.FailedPutCount).toBe(2);
    expect(answer.RequestResponses?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'ServiceUnavailableException',
      'ServiceUnavailableException',
      undefined,
    ]);
    expect(answer.RequestResponses?.[2]?.RecordId).toBeTruthy();
    expect(again.FailedPutCount).toBe(0);
    expect(await textOf(aws)).toBe('cab');
  });

  it('can lose the response of a batch that it stored', async () => {
    const aws = await start();
    aws.faults.add([{ kind: 'firehose_fails', when: 'after', times: 1 }]);

    await expect(putBatch(aws, ['a'])).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
    await aws.streams.flush();

    expect(await textOf(aws)).toBe('a');
  });

  it('refuses what is above the limits of AWS with the errors of AWS, and keeps nothing of it', async () => {
    const aws = await start();
    const megabyte = 'x'.repeat(1_000 * 1024);

    const tooMany = putBatch(
      aws,
      Array.from({ length: 501 }, () => 'x'),
    );
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    await expect(putBatch(aws, [])).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(putBatch(aws, [`${megabyte}x`])).rejects.toMatchObject({ name: 'ValidationException' });
    const tooLarge = putBatch(
      aws,
      Array.from({ length: 5 }, () => megabyte),
    );
    await expect(tooLarge).rejects.toMatchObject({ name: 'InvalidArgumentException' });

    expect(aws.streams.status()).toMatchObject([{ pendingRecords: 0 }]);
    await expect(putBatch(aws, [megabyte])).resolves.toMatchObject({ FailedPutCount: 0 });
  });

  it('names a stream that is not of the deployment, and describes one that is', async () => {
    const aws = await start({ streams: [aStream({ bufferSeconds: 90 })] });

    const unknown = aws.firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'other' }));
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const known = await aws.firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: STREAM }));

    const [destination] = known.DeliveryStreamDescription?.Destinations ?? [];
    expect(destination?.ExtendedS3DestinationDescription?.BufferingHints?.IntervalInSeconds).toBe(90);
  });

  it('refuses an operation that it does not emulate with a 501 that names it', async () => {
    const aws = await start();

    const listed = aws.firehose.send(new ListDeliveryStreamsCommand({}));

    await expect(listed).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    await expect(listed).rejects.toThrow('ListDeliveryStreams of firehose');
  });

  it('refuses to start with a prefix that it cannot evaluate', async () => {
    const started = startAws({ streams: [aStream({ prefix: 'p/!{partitionKeyFromQuery:user}/' })] });

    await expect(started).rejects.toMatchObject({ code: 'prefix_unsupported' });
  });
});
