/** What the loader knows of one object in a bucket. */
import { type Stream, s3Uri } from '@dataloaf/core/storage-keys';

export interface ListedObject {
  readonly bucket: string;
  readonly key: string;
  readonly stream: Stream;
  readonly etag: string;
  readonly bytes: number;
}

export const uriOf = (object: ListedObject): string => s3Uri(object.bucket, object.key);

/** The key without bucket and stream: orders objects of both streams by the hour of their oldest record. */
export const placeOf = (object: ListedObject): string => placeOfUri(object.key);

export const placeOfUri = (uri: string): string => uri.slice(uri.indexOf('/dt=') + 1);
