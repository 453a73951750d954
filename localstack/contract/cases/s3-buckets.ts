/** Buckets and listings of S3, as AWS documents them. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { accepted, type Case, type Json, observeError } from '../case.ts';
import { put, putAll, read, type S3Ports } from './s3-ports.ts';

const API = 'Amazon S3 API Reference';
const GUIDE = 'Amazon S3 User Guide';
const ERRORS = `${API}, Error responses, List of error codes`;
const NAMES = `${GUIDE}, Bucket naming rules; ${ERRORS}`;

async function list({ s3, bucket }: S3Ports, input: Partial<ListObjectsV2CommandInput>) {
  return s3.send(new ListObjectsV2Command({ Bucket: bucket, ...input }));
}

const keysOf = ({ Contents = [] }: ListObjectsV2CommandOutput): string[] => Contents.map(({ Key = '' }) => Key);

const creation = ({ s3 }: S3Ports, name: string): Promise<Json> =>
  accepted(s3.send(new CreateBucketCommand({ Bucket: name })));

async function creations(ports: S3Ports, names: Readonly<Record<string, string>>): Promise<Json> {
  const answers: Record<string, Json> = {};
  for (const [why, name] of Object.entries(names)) answers[why] = await creation(ports, name).catch(observeError);
  return answers;
}

const INVALID_NAME = { status: 400, code: 'InvalidBucketName' };

export const BUCKET_CASES: readonly Case<S3Ports>[] = [
  {
    id: 's3.bucket-name-length',
    rule: 'a bucket name has 3 to 63 characters',
    source: NAMES,
    expected: { short: INVALID_NAME, long: INVALID_NAME },
    observe: (ports) => creations(ports, { short: 'ab', long: 'a'.repeat(64) }),
  },
  {
    id: 's3.bucket-name-characters',
    rule: 'a bucket name has lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit',
    source: NAMES,
    expected: { upper: INVALID_NAME, underscore: INVALID_NAME, hyphen: INVALID_NAME },
    observe: (ports) =>
      creations(ports, { upper: 'Dataloaf-Contract', underscore: 'dataloaf_contract', hyphen: 'dataloaf-contract-' }),
  },
  {
    id: 's3.bucket-name-forms',
    rule: 'a bucket name has no two consecutive dots, is not an IP address, and has no reserved prefix or suffix',
    source: NAMES,
    expected: { dots: INVALID_NAME, address: INVALID_NAME, prefix: INVALID_NAME, suffix: INVALID_NAME },
    observe: (ports) =>
      creations(ports, {
        dots: 'dataloaf..contract',
        address: '192.168.5.4',
        prefix: 'xn--dataloaf-contract',
        suffix: 'dataloaf-contract-s3alias',
      }),
  },
  {
    id: 's3.create-own-bucket-again',
    rule: 'in us-east-1, creating a bucket that the caller already owns succeeds',
    source: `${ERRORS}, BucketAlreadyOwnedByYou`,
    expected: 'accepted',
    observe: (ports) => creation(ports, ports.bucket),
  },
  {
    id: 's3.list-buckets',
    rule: 'ListBuckets returns each bucket with its creation date',
    source: `${API}, ListBuckets`,
    expected: { listed: true, created: 'within the last day' },
    observe: async ({ s3, bucket }) => {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      const found = Buckets.find(({ Name }) => Name === bucket);
      const age = Date.now() - (found?.CreationDate?.getTime() ?? 0);
      return { listed: found !== undefined, created: Math.abs(age) < 86_400_000 ? 'within the last day' : 'not told' };
    },
  },
  {
    id: 's3.head-bucket',
    rule: 'HEAD of a bucket that does not exist is a 404',
    source: `${API}, HeadBucket`,
    expected: { own: 'accepted', absent: { status: 404, code: 'NotFound' } },
    observe: async ({ s3, bucket }) => ({
      own: await accepted(s3.send(new HeadBucketCommand({ Bucket: bucket }))),
      absent: await accepted(s3.send(new HeadBucketCommand({ Bucket: `${bucket}-absent` }))).catch(observeError),
    }),
  },
  {
    id: 's3.delete-bucket',
    rule: 'a bucket that is not empty, or does not exist, cannot be deleted',
    source: ERRORS,
    expected: { full: { status: 409, code: 'BucketNotEmpty' }, absent: { status: 404, code: 'NoSuchBucket' } },
    observe: async (ports) => {
      const { s3, bucket } = ports;
      await put(ports, 'held');
      return {
        full: await accepted(s3.send(new DeleteBucketCommand({ Bucket: bucket }))).catch(observeError),
        absent: await accepted(s3.send(new DeleteBucketCommand({ Bucket: `${bucket}-absent` }))).catch(observeError),
      };
    },
  },
  {
    id: 's3.list-order',
    rule: 'keys are listed in the order of their UTF-8 bytes',
    source: `${API}, ListObjectsV2 (general purpose buckets: lexicographical order)`,
    expected: ['order/A', 'order/a', 'order/a/b', 'order/\u{fffd}', 'order/\u{1f600}'],
    observe: async (ports) => {
      await putAll(ports, ['order/\u{1f600}', 'order/a/b', 'order/\u{fffd}', 'order/a', 'order/A']);
      return keysOf(await list(ports, { Prefix: 'order/' }));
    },
  },
  {
    id: 's3.list-delimiter',
    rule: 'a delimiter rolls keys up into common prefixes, which count as one key each',
    source: `${API}, ListObjectsV2, CommonPrefixes and KeyCount`,
    expected: { keys: ['roll/a'], prefixes: ['roll/b/', 'roll/c/'], count: 3 },
    observe: async (ports) => {
      await putAll(ports, ['roll/a', 'roll/b/1', 'roll/b/2', 'roll/c/1']);
      const page = await list(ports, { Prefix: 'roll/', Delimiter: '/' });
      return {
        keys: keysOf(page),
        prefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
        count: page.KeyCount ?? null,
      };
    },
  },
  {
    id: 's3.list-pages',
    rule: 'pages of MaxKeys, fetched by token, return every key and common prefix once',
    source: `${API}, ListObjectsV2, ContinuationToken`,
    expected: [
      { entries: ['page/a', 'page/b/'], truncated: true },
      { entries: ['page/c', 'page/d/'], truncated: true },
      { entries: ['page/e'], truncated: false },
    ],
    observe: async (ports) => {
      await putAll(ports, ['page/a', 'page/b/1', 'page/b/2', 'page/c', 'page/d/1', 'page/e']);
      const pages: Json[] = [];
      for (let token: string | undefined = '-'; token !== undefined && pages.length < 9; ) {
        const from: Partial<ListObjectsV2CommandInput> = token === '-' ? {} : { ContinuationToken: token };
        const page = await list(ports, { Prefix: 'page/', Delimiter: '/', MaxKeys: 2, ...from });
        const prefixes = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix);
        pages.push({ entries: [...keysOf(page), ...prefixes].sort(), truncated: page.IsTruncated ?? null });
        token = page.NextContinuationToken;
      }
      return pages;
    },
  },
  {
    id: 's3.list-start-after',
    rule: 'StartAfter starts after a key, which need not exist',
    source: `${API}, ListObjectsV2, StartAfter`,
    expected: { existing: ['after/c'], absent: ['after/b', 'after/c'] },
    observe: async (ports) => {
      await putAll(ports, ['after/a', 'after/b', 'after/c']);
      return {
        existing: keysOf(await list(ports, { Prefix: 'after/', StartAfter: 'after/b' })),
        absent: keysOf(await list(ports, { Prefix: 'after/', StartAfter: 'after/aa' })),
      };
    },
  },
  {
    id: 's3.list-max-keys',
    rule: 'a page never has more than 1,000 keys, whatever MaxKeys is',
    source: `${API}, ListObjectsV2, MaxKeys`,
    expected: { keys: 1_000, truncated: true },
    observe: async (ports) => {
      const keys = Array.from({ length: 1_001 }, (_, index) => `thousand/${index}`);
      for (let at = 0; at < keys.length; at += 25) {
        await Promise.all(keys.slice(at, at + 25).map((key) => put(ports, key)));
      }
      const page = await list(ports, { Prefix: 'thousand/', MaxKeys: 5_000 });
      return { keys: keysOf(page).length, truncated: page.IsTruncated ?? null };
    },
  },
  {
    id: 's3.list-invalid-token',
    rule: 'an invalid continuation token is refused',
    source: ERRORS,
    expected: { status: 400, code: 'InvalidArgument' },
    observe: (ports) => accepted(list(ports, { ContinuationToken: 'no token' })),
  },
  {
    id: 's3.list-negative-max-keys',
    rule: 'a negative MaxKeys is refused',
    source: ERRORS,
    expected: { status: 400, code: 'InvalidArgument' },
    observe: (ports) => accepted(list(ports, { MaxKeys: -1 })),
  },
  {
    id: 's3.list-owner',
    rule: 'the owner is listed only on request',
    source: `${API}, ListObjectsV2, FetchOwner`,
    expected: { asked: true, notAsked: false },
    observe: async (ports) => {
      await put(ports, 'owner/a');
      const asked = await list(ports, { Prefix: 'owner/', FetchOwner: true });
      const notAsked = await list(ports, { Prefix: 'owner/' });
      return {
        asked: asked.Contents?.[0]?.Owner?.ID !== undefined,
        notAsked: notAsked.Contents?.[0]?.Owner !== undefined,
      };
    },
  },
  {
    id: 's3.list-facts',
    rule: 'a listing returns size, ETag, storage class and the last change in whole seconds',
    source: `${API}, Object`,
    expected: { size: 5, etag: '"5d41402abc4b2a76b9719d911017c592"', storage: 'STANDARD', milliseconds: 0 },
    observe: async (ports) => {
      await put(ports, 'facts/a', { Body: 'hello' });
      const [object] = (await list(ports, { Prefix: 'facts/' })).Contents ?? [];
      return {
        size: object?.Size ?? null,
        etag: object?.ETag ?? null,
        storage: object?.StorageClass ?? null,
        milliseconds: object?.LastModified?.getMilliseconds() ?? null,
      };
    },
  },
  {
    id: 's3.special-keys',
    rule: 'a key may contain any UTF-8 characters and is returned unchanged',
    source: `${GUIDE}, Naming Amazon S3 objects`,
    expected: { listed: true, read: true },
    observe: async (ports) => {
      const keys = ['a b', 'a+b', 'a%2Fb', 'ä/ö', 'a&b<c>"d\'', 'x/../y', './x', 'A', 'ends/'].map(
        (key) => `special/${key}`,
      );
      for (const key of keys) await put(ports, key, { Body: key });
      const listed = keysOf(await list(ports, { Prefix: 'special/' }));
      const bodies = await Promise.all(keys.map((key) => read(ports, key)));
      return {
        listed: [...listed].sort().join('\n') === [...keys].sort().join('\n'),
        read: bodies.every((body, index) => body === keys[index]),
      };
    },
  },
  {
    id: 's3.anonymous',
    rule: 'a request without a signature is refused',
    source: ERRORS,
    expected: { status: 403 },
    observe: async ({ endpoint, bucket }) => {
      const url = endpoint === undefined ? `https://${bucket}.s3.amazonaws.com/a` : `${endpoint}/${bucket}/a`;
      return { status: (await fetch(url)).status };
    },
  },
];
