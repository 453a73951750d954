/** Puts, reads and deletes of S3, as AWS documents them. */
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { accepted, type Case, observeError } from '../case.ts';
import { put, putWithHeaders, read, type S3Ports } from './s3-ports.ts';

const API = 'Amazon S3 API Reference';
const GUIDE = 'Amazon S3 User Guide';
const ERRORS = `${API}, Error responses, List of error codes`;

export const OBJECT_CASES: readonly Case<S3Ports>[] = [
  {
    id: 's3.etag-is-md5',
    rule: 'the ETag of a plain put is the MD5 of the body',
    source: `${API}, Object, ETag`,
    expected: '"5d41402abc4b2a76b9719d911017c592"',
    observe: async (ports) => (await put(ports, 'etag', { Body: 'hello' })).ETag ?? null,
  },
  {
    id: 's3.streamed-body',
    rule: 'a body that is streamed in chunks with a trailing checksum is stored without its framing',
    source: `${API}, Signature calculations: trailing headers (chunked uploads)`,
    expected: { bytes: 150_000, encoding: null },
    observe: async (ports) => {
      const body = Readable.from([Buffer.alloc(100_000, 'a'), Buffer.alloc(50_000, 'b')]);
      await put(ports, 'streamed', { Body: body, ContentLength: 150_000 });
      const { s3, bucket } = ports;
      const { Body, ContentEncoding } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'streamed' }));
      return { bytes: (await Body?.transformToByteArray())?.length ?? 0, encoding: ContentEncoding ?? null };
    },
  },
  {
    id: 's3.empty-object',
    rule: 'an object may be empty',
    source: `${GUIDE}, Uploading objects`,
    expected: { length: 0, body: '' },
    observe: async (ports) => {
      await put(ports, 'empty', { Body: '' });
      const head = await ports.s3.send(new HeadObjectCommand({ Bucket: ports.bucket, Key: 'empty' }));
      return { length: head.ContentLength ?? null, body: await read(ports, 'empty') };
    },
  },
  {
    id: 's3.overwrite',
    rule: 'a second put replaces the object, and the next read sees it',
    source: `${GUIDE}, Amazon S3 data consistency model`,
    expected: 'second',
    observe: async (ports) => {
      await put(ports, 'over', { Body: 'first' });
      await put(ports, 'over', { Body: 'second' });
      return read(ports, 'over');
    },
  },
  {
    id: 's3.kept-headers',
    rule: 'a read returns content headers and user metadata, with metadata names in lower case',
    source: `${GUIDE}, Working with object metadata`,
    expected: { type: 'application/json', encoding: 'gzip', cache: 'no-store', metadata: { owner: 'ann' } },
    observe: async (ports) => {
      const headers = { ContentType: 'application/json', ContentEncoding: 'gzip', CacheControl: 'no-store' };
      await put(ports, 'kept', { ...headers, Metadata: { Owner: 'ann' } });
      const head = await ports.s3.send(new HeadObjectCommand({ Bucket: ports.bucket, Key: 'kept' }));
      return {
        type: head.ContentType ?? null,
        encoding: head.ContentEncoding ?? null,
        cache: head.CacheControl ?? null,
        metadata: head.Metadata ?? {},
      };
    },
  },
  {
    id: 's3.metadata-limit',
    rule: 'user metadata above 2 KB is refused',
    source: `${GUIDE}, Working with object metadata, User-defined object metadata; ${ERRORS}`,
    expected: { status: 400, code: 'MetadataTooLarge' },
    observe: (ports) => accepted(put(ports, 'large-metadata', { Metadata: { a: 'x'.repeat(2_048) } })),
  },
  {
    id: 's3.checksum-returned',
    rule: 'a read that requests the checksum of an object gets it, with its type',
    source: `${API}, HeadObject, ChecksumMode and ChecksumType`,
    expected: { crc32: 'NhCmhg==', type: 'FULL_OBJECT' },
    observe: async (ports) => {
      await put(ports, 'checksum', { Body: 'hello', ChecksumAlgorithm: 'CRC32' });
      const head = await ports.s3.send(
        new HeadObjectCommand({ Bucket: ports.bucket, Key: 'checksum', ChecksumMode: 'ENABLED' }),
      );
      return { crc32: head.ChecksumCRC32 ?? null, type: head.ChecksumType ?? null };
    },
  },
  {
    id: 's3.wrong-checksum',
    rule: 'a body that does not match its checksum is refused',
    source: ERRORS,
    expected: { status: 400, code: 'BadDigest' },
    observe: (ports) => accepted(put(ports, 'wrong-checksum', { Body: 'hello', ChecksumCRC32: 'AAAAAA==' })),
  },
  {
    id: 's3.wrong-md5',
    rule: 'a body that does not match its Content-MD5 is refused',
    source: ERRORS,
    expected: { status: 400, code: 'BadDigest' },
    observe: (ports) => putWithHeaders(ports, 'wrong-md5', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
  },
  {
    id: 's3.invalid-md5',
    rule: 'a Content-MD5 that is not base64 of 16 bytes is refused with another code',
    source: ERRORS,
    expected: { status: 400, code: 'InvalidDigest' },
    observe: (ports) => putWithHeaders(ports, 'invalid-md5', { 'content-md5': 'not-an-md5' }),
  },
  {
    id: 's3.get-absent',
    rule: 'reading a key that does not exist fails with NoSuchKey',
    source: ERRORS,
    expected: { status: 404, code: 'NoSuchKey' },
    observe: (ports) => accepted(read(ports, 'absent')),
  },
  {
    id: 's3.head-absent',
    rule: 'HEAD of a key that does not exist is a 404 without a body, and therefore without a code',
    source: `${API}, HeadObject`,
    expected: { status: 404, code: 'NotFound' },
    observe: ({ s3, bucket }) => accepted(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'absent' }))),
  },
  {
    id: 's3.put-no-bucket',
    rule: 'a put into a bucket that does not exist fails with NoSuchBucket',
    source: ERRORS,
    expected: { status: 404, code: 'NoSuchBucket' },
    observe: ({ s3, bucket }) =>
      accepted(s3.send(new PutObjectCommand({ Bucket: `${bucket}-absent`, Key: 'a', Body: 'x' }))),
  },
  {
    id: 's3.key-limit',
    rule: 'a key of 1,024 bytes is accepted, one more byte is refused',
    source: `${GUIDE}, Naming Amazon S3 objects, Object key naming guidelines; ${ERRORS}`,
    expected: { taken: 'x', refused: { status: 400, code: 'KeyTooLongError' } },
    observe: async (ports) => {
      await put(ports, 'k'.repeat(1_024));
      const taken = await read(ports, 'k'.repeat(1_024));
      const refused = await accepted(put(ports, 'k'.repeat(1_025))).catch(observeError);
      return { taken, refused };
    },
  },
  {
    id: 's3.delete-absent',
    rule: 'deleting a key that does not exist succeeds',
    source: `${API}, DeleteObject`,
    expected: 204,
    observe: async ({ s3, bucket }) =>
      (await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'absent' }))).$metadata.httpStatusCode ?? null,
  },
  {
    id: 's3.delete-many',
    rule: 'DeleteObjects returns every deleted key, including keys that did not exist; in quiet mode it returns none',
    source: `${API}, DeleteObjects, Quiet`,
    expected: { deleted: ['del/<&>', 'del/absent'], quiet: 0, left: { status: 404, code: 'NoSuchKey' } },
    observe: async (ports) => {
      const { s3, bucket } = ports;
      await put(ports, 'del/<&>');
      const Objects = [{ Key: 'del/<&>' }, { Key: 'del/absent' }];
      const { Deleted = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
      const quiet = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
      const left = await read(ports, 'del/<&>').catch(observeError);
      return { deleted: Deleted.map(({ Key = '' }) => Key).sort(), quiet: quiet.Deleted?.length ?? 0, left };
    },
  },
  {
    id: 's3.delete-many-limit',
    rule: 'DeleteObjects accepts at most 1,000 keys',
    source: `${API}, DeleteObjects; ${ERRORS}`,
    expected: { status: 400, code: 'MalformedXML' },
    observe: ({ s3, bucket }) => {
      const Objects = Array.from({ length: 1_001 }, (_, index) => ({ Key: `many/${index}` }));
      return accepted(s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } })));
    },
  },
  {
    id: 's3.encrypted-by-default',
    rule: 'every new object is encrypted with SSE-S3, and the response says so',
    source: `${GUIDE}, Setting default server-side encryption behavior`,
    expected: 'AES256',
    observe: async (ports) => (await put(ports, 'encrypted')).ServerSideEncryption ?? null,
  },
  {
    id: 's3.checksum-by-default',
    rule: 'an object without a checksum gets a CRC-64/NVME',
    source: `${GUIDE}, Checking object integrity in Amazon S3`,
    expected: { crc64: 'M3eFcAZSQlc=' },
    observe: async (ports) => {
      const { s3, withoutChecksums, bucket } = ports;
      await withoutChecksums.send(new PutObjectCommand({ Bucket: bucket, Key: 'unchecked', Body: 'hello' }));
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'unchecked', ChecksumMode: 'ENABLED' }));
      return { crc64: head.ChecksumCRC64NVME ?? null };
    },
  },
];
