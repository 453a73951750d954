/** The objects that a COPY reads: those in its manifest, or those with its prefix. */
import { text } from 'node:stream/consumers';
import type { CopyStatement } from './copy-statement.ts';
import type { ObjectAddress, ObjectReader } from './object-reader.ts';
import { RedshiftSqlError } from './redshift-error.ts';

export interface CopyObject extends ObjectAddress {
  readonly url: string;
  /** Whether the load fails when the object is missing; otherwise it is skipped silently, as on Redshift. */
  readonly isMandatory: boolean;
}

/** @throws RedshiftSqlError with Redshift's message */
export async function listObjects(copy: CopyStatement, reader: ObjectReader): Promise<readonly CopyObject[]> {
  const objects = copy.isManifest ? await readManifest(copy, reader) : await readPrefix(copy, reader);
  if (objects.length > 0) return objects;
  throw new RedshiftSqlError('copy_no_object', `The specified S3 prefix '${copy.key}' does not exist`);
}

async function readPrefix(copy: CopyStatement, reader: ObjectReader): Promise<readonly CopyObject[]> {
  const keys = await reader.list({ bucket: copy.bucket, key: copy.key });
  return keys.map((key) => ({ bucket: copy.bucket, key, url: `s3://${copy.bucket}/${key}`, isMandatory: true }));
}

async function readManifest(copy: CopyStatement, reader: ObjectReader): Promise<readonly CopyObject[]> {
  const stream = await reader.open(copy).catch((error: unknown) => {
    if (!(error instanceof RedshiftSqlError)) throw error;
    throw new RedshiftSqlError('copy_manifest', `Problem reading manifest file - ${error.message}`, { cause: error });
  });
  if (stream === undefined) {
    const words =
      'Problem reading manifest file - S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey';
    throw new RedshiftSqlError('copy_no_manifest', words);
  }
  const entries = parseEntries(await text(stream));
  return entries.map(parseEntry);
}

function parseEntries(manifest: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(manifest);
    const entries: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'entries') : undefined;
    if (Array.isArray(entries)) return entries;
  } catch (error) {
    throw new RedshiftSqlError('copy_manifest', 'Manifest file is not in correct json format', { cause: error });
  }
  throw new RedshiftSqlError('copy_manifest', 'Manifest file is not in correct json format');
}

function parseEntry(entry: unknown): CopyObject {
  const url: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'url') : undefined;
  const address = typeof url === 'string' ? /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) : null;
  if (address === null || typeof url !== 'string' || typeof entry !== 'object' || entry === null) {
    throw new RedshiftSqlError('copy_manifest', 'Manifest file contains an entry without a valid url');
  }
  const [, bucket = '', key = ''] = address;
  return { bucket, key, url, isMandatory: Reflect.get(entry, 'mandatory') === true };
}
