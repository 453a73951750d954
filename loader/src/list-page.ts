/** One page of the objects of a stream, in the order of their keys. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { dataPrefix, type Stream } from '@dataloaf/core/storage-keys';
import type { ListedObject } from './objects.ts';

export interface PageOptions {
  readonly bucket: string;
  readonly stream: Stream;
  /** Position after which the first page starts. */
  readonly from: string;
  /** `next` of the page before; undefined for the first page. */
  readonly token: string | undefined;
}

export interface Page {
  readonly objects: readonly ListedObject[];
  /** Undefined for the last page. */
  readonly next: string | undefined;
}

export async function listPage({ bucket, stream, from, token }: PageOptions, s3: S3Client): Promise<Page> {
  const prefix = dataPrefix(stream);
  const response = await s3.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      ...(token === undefined ? { StartAfter: `${prefix}${from}` } : { ContinuationToken: token }),
    }),
  );
  const objects = (response.Contents ?? []).map((object) => ({
    bucket,
    key: object.Key ?? '',
    stream,
    etag: (object.ETag ?? '').replaceAll('"', ''),
    bytes: object.Size ?? 0,
    storedAt: object.LastModified,
  }));
  return { objects, next: response.NextContinuationToken };
}
