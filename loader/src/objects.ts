/** What the loader knows of one object in a bucket. */
import { type Stream, s3Uri } from '@dataloaf/core/storage-keys';

export interface ListedObject {
  readonly bucket: string;
  readonly key: string;
  readonly stream: Stream;
  readonly etag: string;
  readonly bytes: number;
  /** When S3 stored it; undefined when S3 does not report it. */
  readonly storedAt?: Date | undefined;
}

export const uriOf = (object: ListedObject): string => s3Uri(object.bucket, object.key);

/** The key after the prefix of its stream, `dt=.../hr=.../...`: orders the objects of both streams by their hours. */
export const positionOf = (object: ListedObject): string => positionOfUri(object.key);

export const positionOfUri = (uri: string): string => uri.slice(uri.indexOf('/dt=') + 1);
