/** Writes what the COPYs of a batch read. An object that exists already has the same content: the batch id is its hash. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type ManifestFile, manifestKey, STREAMS } from '@dataloaf/core/storage-keys';
import { type ListedObject, uriOf } from './objects.ts';
import type { LoadBatch } from './plan-batch.ts';

export async function writeManifests(batch: LoadBatch, bucket: string, s3: S3Client): Promise<void> {
  const put = (name: ManifestFile, text: string): Promise<void> =>
    putOnce(s3, { bucket, key: manifestKey(batch.batchId, name), text });
  for (const stream of STREAMS) {
    const objects = batch.objects.filter((object) => object.stream === stream);
    if (objects.length > 0) await put(`${stream}.manifest`, manifestText(objects));
  }
  await put('files.ndjson', ledgerText(batch.objects));
}

/** COPY skips a missing object silently unless its entry is `mandatory`. */
const manifestText = (objects: readonly ListedObject[]): string =>
  JSON.stringify({
    entries: objects.map((object) => ({ url: uriOf(object), mandatory: true, meta: { content_length: object.bytes } })),
  });

/** One line per object; the lines become rows of the ledger. */
const ledgerText = (objects: readonly ListedObject[]): string =>
  objects
    .map((object) => ({ object_uri: uriOf(object), etag: object.etag, bytes: object.bytes, stream: object.stream }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

interface Text {
  readonly bucket: string;
  readonly key: string;
  readonly text: string;
}

async function putOnce(s3: S3Client, { bucket, key, text }: Text): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, IfNoneMatch: '*' }));
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return;
    throw error;
  }
}
