import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { CopyStatement } from '../../src/redshift/copy-statement.ts';
import { listObjects } from '../../src/redshift/manifest.ts';
import { s3ObjectReader } from '../../src/redshift/object-reader.ts';

const failing = (name: string, message: string, httpStatusCode: number) =>
  s3ObjectReader({
    send: async () => {
      throw new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode, requestId: 'r1' } });
    },
  } as unknown as S3Client);

const ADDRESS = { bucket: 'b', key: 'k' };

it('an object without a key is absent; any other error of S3 fails in the words of COPY', async () => {
  const isAbsent = await failing('NoSuchKey', 'The specified key does not exist.', 404).open(ADDRESS);

  expect(isAbsent).toBeUndefined();
  await expect(failing('NoSuchBucket', 'The specified bucket does not exist', 404).open(ADDRESS)).rejects.toThrow(
    'S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket,Rid r1,ExtRid local,CanRetry 1',
  );
});

it('a manifest that S3 refuses is a problem of reading the manifest', async () => {
  const copy = { ...ADDRESS, isManifest: true } as CopyStatement;

  await expect(listObjects(copy, failing('AccessDenied', 'Access Denied', 403))).rejects.toThrow(
    'Problem reading manifest file - S3ServiceException:Access Denied,Status 403,Error AccessDenied',
  );
});
