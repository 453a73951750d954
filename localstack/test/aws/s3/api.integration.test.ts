import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsFixture, aTemporaryDir, sendRaw, signedFor, startAws } from '../../tools/aws-fixture.ts';

let aws: AwsFixture;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.stop());

let buckets = 0;
async function aBucket(): Promise<string> {
  buckets += 1;
  const Bucket = `bucket-${buckets}`;
  await aws.s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

const put = (input: PutObjectCommandInput) => aws.s3.send(new PutObjectCommand(input));

async function get(Bucket: string, Key: string): Promise<Buffer> {
  const answer = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

async function keysOf(Bucket: string): Promise<readonly string[]> {
  const page = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
  return (page.Contents ?? []).map(({ Key }) => Key ?? '');
}

/** Chunks that arrive one per turn of the event loop, as those of a file do. */
async function* slowly(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    await new Promise((resolve) => setImmediate(resolve));
    yield chunk;
  }
}

describe('objects', () => {
  it('gives back the bytes and the headers that were put', async () => {
    const Bucket = await aBucket();
    const body = randomBytes(10_000);

    const answer = await put({
      Bucket,
      Key: 'a',
      Body: body,
      ContentType: 'application/x-ndjson',
      ContentEncoding: 'gzip',
      Metadata: { owner: 'ann' },
    });
    const found = await aws.s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));

    expect(body.equals((await found.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    expect(found).toMatchObject({
      ContentType: 'application/x-ndjson',
      ContentEncoding: 'gzip',
      ContentLength: 10_000,
    });
    expect(found.Metadata).toEqual({ owner: 'ann' });
    expect(answer.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    expect(found.ETag).toBe(answer.ETag);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'stores a streamed body without its framing; the client sends the %s after the body',
    async (ChecksumAlgorithm) => {
      const Bucket = await aBucket();
      const chunks = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];

      await put({
        Bucket,
        Key: 'streamed',
        Body: Readable.from(slowly(chunks)),
        ContentLength: 270_001,
        ChecksumAlgorithm,
      });

      expect(Buffer.concat(chunks).equals(await get(Bucket, 'streamed'))).toBe(true);
    },
  );

  it('keeps an empty object', async () => {
    const Bucket = await aBucket();

    await put({ Bucket, Key: 'empty', Body: '' });

    expect(await get(Bucket, 'empty')).toHaveLength(0);
  });

  it('dates an object by the clock of the stack', async () => {
    const Bucket = await aBucket();
    const before = aws.clock.now();
    await aws.clock.advance(86_400_000);

    await put({ Bucket, Key: 'a', Body: 'a' });
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));

    expect((head.LastModified?.getTime() ?? 0) - before).toBeGreaterThan(86_000_000);
  });

  it('lets exactly one of many writers create a key with If-None-Match', async () => {
    const Bucket = await aBucket();

    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => put({ Bucket, Key: 'once', Body: `writer ${n}`, IfNoneMatch: '*' })),
    );

    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const { reason } of refused) expect(reason).toMatchObject({ name: 'PreconditionFailed' });
  });

  it('keeps the old object when the body of the new one does not fit its checksum', async () => {
    const Bucket = await aBucket();
    await put({ Bucket, Key: 'a', Body: 'old' });

    const inHeader = put({ Bucket, Key: 'a', Body: 'new', ChecksumCRC32: 'AAAAAA==' });
    await expect(inHeader).rejects.toMatchObject({ name: 'BadDigest' });
    const md5 = put({ Bucket, Key: 'a', Body: 'new', ContentMD5: createHash('md5').update('x').digest('base64') });
    await expect(md5).rejects.toMatchObject({ name: 'BadDigest' });
    const inTrailer = await sendRaw({
      url: `${aws.gateway.url}/${Bucket}/a`,
      method: 'PUT',
      headers: {
        ...signedFor('s3'),
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '3',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      body: '3\r\nnew\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
    });

    expect(inTrailer.status).toBe(400);
    expect(inTrailer.body).toContain('<Code>BadDigest</Code>');
    expect((await get(Bucket, 'a')).toString()).toBe('old');
  });

  it('keeps nothing of a body that ends too early', async () => {
    const Bucket = await aBucket();

    const answer = await sendRaw({
      url: `${aws.gateway.url}/${Bucket}/a`,
      method: 'PUT',
      headers: { ...signedFor('s3'), 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '9' },
      body: '9\r\nhalf',
    });

    expect(answer.body).toContain('<Code>IncompleteBody</Code>');
    expect(await keysOf(Bucket)).toEqual([]);
    expect(await readdir(join(aws.dir, 's3', '.tmp'))).toEqual([]);
  });

  it.each([
    ['a', 'a/b', 'a/', 'a.b', 'a.b/c', 'A', '/', '//', ' '],
    ['..', '.', '../../x', './a', 'a/../b', '%2e', '%', '%long/x', 'con', '.tmp/x'],
    ['ü', '\u{1f600}', '\uffee', 'a&<>"\'b', 'a\nb\r\tc', 'a+b c?d=e&f#g', 'é/e\u0301'],
    [`${'k'.repeat(510)}ü`.slice(0, 511), 'x/'.repeat(512), '漢'.repeat(341), `${'d'.repeat(300)}/${'f'.repeat(300)}`],
  ])('keeps any key apart from any other, %#', async (...keys) => {
    const Bucket = await aBucket();

    for (const Key of keys) await put({ Bucket, Key, Body: `body of ${Key}` });

    for (const Key of keys) expect((await get(Bucket, Key)).toString()).toBe(`body of ${Key}`);
    expect(await keysOf(Bucket)).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const Key of keys) await aws.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await keysOf(Bucket)).toEqual([]);
  });

  it('refuses a key of more than 1,024 bytes', async () => {
    const Bucket = await aBucket();

    await expect(put({ Bucket, Key: 'k'.repeat(1_025), Body: '' })).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('has every object, with all that is known of it, in a new process', async () => {
    const dir = await aTemporaryDir();
    const first = await startAws({ dir });
    const keys = ['data/a.gz', 'data', `long/${'x'.repeat(600)}`];
    for (const Key of keys) {
      await first.s3.send(new PutObjectCommand({ Bucket: 'acme-events', Key, Body: Key, Metadata: { m: '1' } }));
    }
    await first.stop();

    const second = await startAws({ dir });
    const page = await second.s3.send(new ListObjectsV2Command({ Bucket: 'acme-events' }));
    const head = await second.s3.send(new HeadObjectCommand({ Bucket: 'acme-events', Key: keys[2] }));
    await second.stop();

    expect(page.Contents?.map(({ Key }) => Key)).toEqual([...keys].sort());
    expect(head).toMatchObject({ ContentLength: 605, Metadata: { m: '1' } });
  });
});

describe('listing', () => {
  it('pages through all keys in the order of their bytes', async () => {
    const Bucket = await aBucket();
    const keys = Array.from({ length: 25 }, (_, n) => `p/${n}`);
    await Promise.all(keys.map((Key) => put({ Bucket, Key, Body: 'x' })));

    const found: string[] = [];
    const sizes: number[] = [];
    for await (const page of paginateListObjectsV2({ client: aws.s3, pageSize: 10 }, { Bucket, Prefix: 'p/' })) {
      sizes.push(page.KeyCount ?? 0);
      found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    }

    expect(found).toEqual([...keys].sort());
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('starts after the key that is named and keeps to the prefix', async () => {
    const Bucket = await aBucket();
    for (const Key of ['a/1', 'b/1', 'b/2', 'b/3', 'c/1']) await put({ Bucket, Key, Body: 'x' });

    const page = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', StartAfter: 'b/1' }));

    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['b/2', 'b/3']);
  });

  it('folds keys below a delimiter into one prefix, once over all pages', async () => {
    const Bucket = await aBucket();
    for (const Key of ['a', 'd/1', 'd/2', 'e/1', 'f']) await put({ Bucket, Key, Body: 'x' });

    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client: aws.s3, pageSize: 1 }, { Bucket, Delimiter: '/' })) {
      found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
    }

    expect(found).toEqual(['a', 'd/', 'e/', 'f']);
  });
});

describe('refusals', () => {
  it('names a key or a bucket that does not exist', async () => {
    const Bucket = await aBucket();

    await expect(get(Bucket, 'none')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    await expect(get('no-bucket', 'none')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(put({ Bucket: 'no-bucket', Key: 'a', Body: '' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(aws.s3.send(new HeadBucketCommand({ Bucket: 'no-bucket' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('deletes many objects at once, and a bucket only when it is empty', async () => {
    const Bucket = await aBucket();
    for (const Key of ['a&b', 'c/d']) await put({ Bucket, Key, Body: 'x' });

    await expect(aws.s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    const Objects = ['a&b', 'c/d', 'never'].map((Key) => ({ Key }));
    const answer = await aws.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await aws.s3.send(new DeleteBucketCommand({ Bucket }));
    const { Buckets } = await aws.s3.send(new ListBucketsCommand({}));

    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['a&b', 'c/d', 'never']);
    expect(Buckets?.map(({ Name }) => Name)).not.toContain(Bucket);
  });

  it('refuses an operation that it does not emulate with a 501 that names it', async () => {
    const Bucket = await aBucket();

    const multipart = aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
    await expect(multipart).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    await expect(multipart).rejects.toThrow('CreateMultipartUpload');
    const range = aws.s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=0-1' }));
    await expect(range).rejects.toThrow('GetObject with the header range');
  });

  it('fails as often as a fault says, before or after the work', async () => {
    const Bucket = await aBucket();
    aws.faults.add([{ kind: 's3_fails', operation: 'PutObject', key: 'before', times: 1 }]);
    aws.faults.add([{ kind: 's3_fails', operation: 'PutObject', key: 'after', when: 'after', status: 500, times: 1 }]);

    await expect(put({ Bucket, Key: 'before', Body: 'x' })).rejects.toMatchObject({ name: 'SlowDown' });
    await expect(put({ Bucket, Key: 'after', Body: 'x' })).rejects.toMatchObject({ name: 'InternalError' });

    expect(await keysOf(Bucket)).toEqual(['after']);
    await put({ Bucket, Key: 'before', Body: 'x' });
    expect(await keysOf(Bucket)).toEqual(['after', 'before']);
  });
});
