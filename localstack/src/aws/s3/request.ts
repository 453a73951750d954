/** Parses an S3 request. Refuses by name everything that would change its meaning and is not emulated. */
import type { IncomingHttpHeaders } from 'node:http';
import { notImplemented, ServiceError } from '../service.ts';
import { refusedOperation } from './refused-operations.ts';

export type S3Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'DeleteBucket'
  | 'ListObjectsV2'
  | 'DeleteObjects'
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject';

export interface S3Request {
  readonly operation: S3Operation;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

/** S3 allows 1,024 bytes in a key (AWS documentation, 2026-11). */
const KEY_BYTES_MAX = 1024;

/** By method and target of the path, with the sub-resource after `?` where the operation has one. */
const OPERATIONS: Readonly<Record<string, S3Operation>> = {
  'GET service': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET bucket?list-type': 'ListObjectsV2',
  'POST bucket?delete': 'DeleteObjects',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
};

const LIST_QUERY = [
  'prefix',
  'delimiter',
  'start-after',
  'continuation-token',
  'max-keys',
  'encoding-type',
  'fetch-owner',
];
const COPY_HEADER = 'x-amz-copy-source';
const UNSUPPORTED_HEADERS = ['range', 'if-modified-since', 'if-unmodified-since'];

/** @throws ServiceError 501 for a request that is not emulated, 400 for one that is invalid */
export function parseS3Request(method: string, url: string, headers: IncomingHttpHeaders): S3Request {
  // Not `new URL`: it would resolve `..` inside a key.
  const [path = '', search = ''] = splitOnce(url, '?');
  const query = new Map(new URLSearchParams(search));
  const [bucket = '', key = ''] = splitOnce(path.slice(1), '/').map(decode);
  const target = targetOf(bucket, key);
  const subResources = [...query.keys()].filter((name) => name !== 'x-id' && !LIST_QUERY.includes(name));
  const operation = OPERATIONS[[`${method} ${target}`, ...subResources].join('?')];
  // The client's own name for the operation; only some clients send it.
  const named = query.get('x-id');
  const isCopy = headers[COPY_HEADER] !== undefined;
  if (operation === undefined || isCopy || (named !== undefined && named !== operation)) {
    throw notImplemented('s3', named ?? refusedOperation({ method, target, subResources, isCopy }));
  }
  refuseUnsupported(operation, headers);
  if (Buffer.byteLength(key) > KEY_BYTES_MAX) throw new ServiceError(400, 'KeyTooLongError', 'Your key is too long.');
  return { operation, bucket, key, query };
}

function refuseUnsupported(operation: S3Operation, headers: IncomingHttpHeaders): void {
  const header = UNSUPPORTED_HEADERS.find((name) => headers[name] !== undefined);
  if (header !== undefined) throw notImplemented('s3', `${operation} with the header ${header}`);
  const condition = headers['if-none-match'];
  if (condition !== undefined && (operation !== 'PutObject' || condition !== '*')) {
    throw notImplemented('s3', `${operation} with If-None-Match: ${condition}`);
  }
  if (headers['if-match'] !== undefined && (operation !== 'PutObject' || condition !== undefined)) {
    throw notImplemented('s3', `${operation} with the header if-match`);
  }
}

/** When a put may replace the object. */
export type PutCondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'absent' }
  /** The object is there and has this ETag, without quotes. */
  | { readonly kind: 'same'; readonly etag: string };

export function putConditionOf(headers: IncomingHttpHeaders): PutCondition {
  const etag = headers['if-match'];
  if (etag !== undefined) return { kind: 'same', etag: etag.replaceAll('"', '') };
  return { kind: headers['if-none-match'] === undefined ? 'none' : 'absent' };
}

function targetOf(bucket: string, key: string): 'service' | 'bucket' | 'object' {
  if (bucket === '') return 'service';
  return key === '' ? 'bucket' : 'object';
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
