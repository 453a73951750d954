/**
 * Where a run writes: a schema of its own, and objects below a prefix of its own. Both are removed at the end. A run that
 * was killed leaves them; the next run removes them once they are older than any run may last.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { manifestKey, STREAMS } from '@dataloaf/core/storage-keys';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { writeManifests } from '../write-manifests.ts';
import type { Scratch } from './check.ts';
import type { ScratchObject } from './objects.ts';
import type { Session } from './session.ts';

/** A run is ended after this time, so anything older was left by a run that was killed. */
export const RUN_MS_MAX = 30 * 60_000;

const SCHEMA_PREFIX = 'dataloaf_doctor_';
const OBJECTS_PREFIX = 'doctor/';
const KEYS_FILE = 'keys.json';

export const schemaOf = (runId: string): string => `${SCHEMA_PREFIX}${runId}`;
export const prefixOf = (runId: string): string => `${OBJECTS_PREFIX}${runId}/`;

/** The time of the start, so that a later run can tell what was left long ago. */
export const makeRunId = (startedAt: number): string => startedAt.toString(36);

/** No run is older than the doctor. */
const FIRST_RUN_MS = Date.UTC(2026, 0, 1);

/** Whether a run with this id must have ended. Another text is no id, and is never removed. */
export function isAbandoned(runId: string, now: number): boolean {
  const startedAt = Number.parseInt(runId, 36);
  return /^[0-9a-z]{8,9}$/.test(runId) && startedAt >= FIRST_RUN_MS && now - startedAt > RUN_MS_MAX;
}

export const createSchema = (runId: string): Statement => ({
  name: 'create_schema',
  text: `CREATE SCHEMA ${schemaOf(runId)}`,
});

export const dropSchema = (schema: string): Statement => ({
  name: 'drop_schema',
  text: `DROP SCHEMA IF EXISTS ${schema} CASCADE`,
});

const listSchemas: Statement = {
  name: 'list_schemas',
  text: `SELECT nspname\nFROM pg_namespace\nWHERE nspname LIKE '${SCHEMA_PREFIX}%'`,
};

/** Returns what was removed. */
export async function removeAbandonedSchemas(session: Session, now: number): Promise<readonly string[]> {
  const outcome = await session.run([listSchemas]);
  const schemas = (outcome.statements[0]?.rows ?? []).map(([name]) => String(name).trim());
  const abandoned = schemas.filter((schema) => isAbandoned(schema.slice(SCHEMA_PREFIX.length), now));
  for (const schema of abandoned) await session.run([dropSchema(schema)]);
  return abandoned;
}

export interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** The list of keys comes first, so that a later run finds them all. Returns the list. */
export async function putObjects(
  { s3, bucket }: Bucket,
  scratch: Scratch,
  objects: readonly ScratchObject[],
): Promise<readonly string[]> {
  const batches = Object.values(scratch.batches);
  const manifests = batches.flatMap(({ batchId }) => [
    manifestKey(batchId, 'files.ndjson'),
    ...STREAMS.map((stream) => manifestKey(batchId, `${stream}.manifest`)),
  ]);
  const keys = [...objects.map(({ key }) => key), ...manifests, `${scratch.prefix}${KEYS_FILE}`];
  const put = (key: string, body: string | Buffer): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  await put(`${scratch.prefix}${KEYS_FILE}`, JSON.stringify(keys));
  for (const { key, body } of objects) await put(key, body);
  for (const batch of batches) await writeManifests(batch, bucket, s3);
  return keys;
}

export async function removeObjects({ s3, bucket }: Bucket, keys: readonly string[]): Promise<void> {
  for (const key of keys) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** Returns the prefixes that were removed. */
export async function removeAbandonedObjects(place: Bucket, now: number): Promise<readonly string[]> {
  const { s3, bucket } = place;
  const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: OBJECTS_PREFIX }));
  const lists = (page.Contents ?? []).flatMap(({ Key: key = '' }) => (key.endsWith(`/${KEYS_FILE}`) ? [key] : []));
  const removed: string[] = [];
  for (const list of lists) {
    const runId = list.slice(OBJECTS_PREFIX.length, -KEYS_FILE.length - 1);
    if (!isAbandoned(runId, now)) continue;
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: list }));
    await removeObjects(place, ownKeys(runId, (await body?.transformToString()) ?? '[]'));
    removed.push(prefixOf(runId));
  }
  return removed;
}

/** The keys of a list that only a run of the doctor can have written, the list itself last. */
export function ownKeys(runId: string, text: string): readonly string[] {
  const keys: unknown = JSON.parse(text);
  const list = `${prefixOf(runId)}${KEYS_FILE}`;
  const own = (Array.isArray(keys) ? keys : []).filter(
    (key): key is string =>
      typeof key === 'string' &&
      key !== list &&
      (key.startsWith(prefixOf(runId)) || /^manifests\/[0-9a-f]{40}\//.test(key)),
  );
  return [...own, list];
}
