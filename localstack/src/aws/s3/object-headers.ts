/** Headers of objects: those that PutObject stores, and those that a read returns. */
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../service.ts';
import { CHECKSUMS, checksumHeader } from './checksums.ts';
import type { ObjectInfo } from './object-file.ts';

const METADATA_PREFIX = 'x-amz-meta-';
/** Names without their prefix plus values (Amazon S3 User Guide, 2026-11). */
const METADATA_BYTES_MAX = 2 * 1024;

export const quoted = (etag: string): string => `"${etag}"`;

/** The headers of a PutObject that GetObject returns. @throws ServiceError MetadataTooLarge */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': headers['content-type'] ?? 'binary/octet-stream' };
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim());
  const encoding = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
  if (encoding !== '') kept['content-encoding'] = encoding;
  for (const name of ['cache-control', 'content-disposition', 'content-language', 'expires']) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(METADATA_PREFIX) && typeof value === 'string') kept[name] = value;
  }
  assertMetadataFits(kept);
  return kept;
}

function assertMetadataFits(headers: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(METADATA_PREFIX)) bytes += name.length - METADATA_PREFIX.length + Buffer.byteLength(value);
  }
  if (bytes <= METADATA_BYTES_MAX) return;
  const message = 'Your metadata headers exceed the maximum allowed metadata size.';
  throw new ServiceError(400, 'MetadataTooLarge', message);
}

export function objectHeaders(info: ObjectInfo, request: IncomingHttpHeaders): Record<string, string> {
  return {
    ...info.headers,
    'content-length': String(info.size),
    etag: quoted(info.etag),
    'last-modified': new Date(info.lastModifiedMs).toUTCString(),
    ...(request['x-amz-checksum-mode'] === 'ENABLED' ? checksumHeaders(info) : {}),
  };
}

export function checksumHeaders(info: ObjectInfo): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const checksum of CHECKSUMS) {
    const value = info.checksums[checksum];
    if (value !== undefined) headers[checksumHeader(checksum)] = value;
  }
  // Without multipart uploads every checksum covers the whole object.
  if (Object.keys(headers).length > 0) headers['x-amz-checksum-type'] = 'FULL_OBJECT';
  return headers;
}
