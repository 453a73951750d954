/**
 * The layout of the two buckets. Firehose writes `data/` and `errors/`, and nothing rewrites them; their prefixes are
 * Firehose expressions. Each stream has its own `data/`, `errors/` and `rejected/`; all other keys are in the events
 * bucket.
 */

export type Stream = 'events' | 'users';
export const STREAMS = ['events', 'users'] as const satisfies readonly Stream[];

/** The prefix of all objects of a stream. */
export const dataPrefix = (stream: Stream): string => `data/v1/${stream}/`;

/** The prefix as a Firehose expression. It contains the hour of the oldest record in the object. */
export const firehosePrefix = (stream: Stream): string =>
  `${dataPrefix(stream)}dt=!{timestamp:yyyy-MM-dd}/hr=!{timestamp:HH}/`;

export const firehoseErrorPrefix = (stream: Stream): string =>
  `errors/v1/${stream}/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/hr=!{timestamp:HH}/`;

/** The prefix of the hour of an instant. Objects whose oldest record is later than the instant do not sort before it. */
export function hourPrefix(stream: Stream, at: Date): string {
  const iso = at.toISOString();
  return `${dataPrefix(stream)}dt=${iso.slice(0, 10)}/hr=${iso.slice(11, 13)}/`;
}

/** The start of the hour in a data key; undefined for any other key. */
export function hourOfKey(key: string): Date | undefined {
  const match = /^data\/v1\/(?:events|users)\/dt=(\d{4}-\d{2}-\d{2})\/hr=(\d{2})\//.exec(key);
  if (match === null) return undefined;
  const at = new Date(`${match[1]}T${match[2]}:00:00.000Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The rejected items of one request. `requestId` separates two requests of one millisecond. */
export function rejectedKey(stream: Stream, at: Date, requestId: string): string {
  const iso = at.toISOString();
  return `rejected/v1/${stream}/dt=${iso.slice(0, 10)}/hr=${iso.slice(11, 13)}/${iso.replaceAll(':', '-')}-${requestId}.ndjson`;
}

export type ManifestFile = 'files.ndjson' | 'events.manifest' | 'users.manifest';
export const manifestKey = (batchId: string, file: ManifestFile): string => `manifests/${batchId}/${file}`;

/** The operations of one direct merge, which `merge` applies at once and not with a load. */
export const directKey = (directId: string): string => `direct/${directId}.ndjson`;

export const KEYS_KEY = 'config/keys.json';
export const LAST_TICK_KEY = 'state/last-tick.json';
export const FULL_LISTING_KEY = 'state/full-listing.json';
export const LOADED_FILES_KEY = 'state/loaded-files.json';
/** The load that a tick has submitted, or `null`. The loader writes it; a direct merge gives way to it. */
export const INFLIGHT_KEY = 'state/inflight/load.json';
/** The lease of the direct merge, of which there is one at a time in the whole system. */
export const DIRECT_LEASE_KEY = 'state/inflight/direct.json';
export const CATALOG_KEY = 'state/inflight/catalog.json';

export const s3Uri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
