/** The requests of COPY to S3, and their implementation with the real client. */
import { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { RedshiftSqlError } from './redshift-error.ts';

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectReader {
  /** The stored bytes of the object; undefined when it does not exist. */
  open(address: ObjectAddress): Promise<Readable | undefined>;
  /** The keys that start with `key`, in order. */
  list(prefix: ObjectAddress): Promise<readonly string[]>;
}

/** COPY of a prefix with more objects than this is a mistake, not a load. */
const KEYS_MAX = 10_000;

export const s3ObjectReader = (client: S3Client): ObjectReader => ({
  async open({ bucket, key }) {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body instanceof Readable ? Body : undefined;
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
      throw s3Failure(error);
    }
  },
  async list({ bucket, key }) {
    const keys: string[] = [];
    try {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: key })) {
        keys.push(...(page.Contents ?? []).flatMap((object) => object.Key ?? []));
        if (keys.length > KEYS_MAX) break;
      }
    } catch (error) {
      throw s3Failure(error);
    }
    return keys;
  },
});

/** An error of S3 in the words of COPY, as public reports quote them. */
function s3Failure(error: unknown): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  const { name, message, $metadata } = error;
  const where = `Status ${$metadata.httpStatusCode},Error ${name},Rid ${$metadata.requestId},ExtRid local,CanRetry 1`;
  return new RedshiftSqlError('copy_s3', `S3ServiceException:${message},${where}`, { cause: error });
}
