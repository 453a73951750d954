/** Writes what the COPYs of a batch read. A file that is there already has the same content: the batch id is its hash. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type ManifestFile, manifestKey, STREAMS } from '@dataloaf/core/storage-keys';
import { type ListedObject, uriOf } from './objects.ts';
import type { LoadBatch } from './plan-batch.ts';

export interface ManifestTarget {
  readonly s3: S3Client;
  readonly bucket: string;
}

export async function writeManifests(batch: LoadBatch, target: ManifestTarget): Promise<void> {
  for (const stream of STREAMS) {
    const files = batch.files.filter((file) => file.stream === stream);
    if (files.length > 0) await putOnce(target, batch, { file: `${stream}.manifest`, text: manifestText(files) });
  }
  await putOnce(target, batch, { file: 'files.ndjson', text: filesText(batch.files) });
}

/** COPY skips a missing file in silence unless its entry says `mandatory`. */
export const manifestText = (files: readonly ListedObject[]): string =>
  JSON.stringify({
    entries: files.map((file) => ({ url: uriOf(file), mandatory: true, meta: { content_length: file.bytes } })),
  });

/** One line a file: becomes the ledger's rows. */
export const filesText = (files: readonly ListedObject[]): string =>
  files
    .map((file) => ({ object_uri: uriOf(file), etag: file.etag, bytes: file.bytes, stream: file.stream }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

interface ManifestText {
  readonly file: ManifestFile;
  readonly text: string;
}

async function putOnce({ s3, bucket }: ManifestTarget, batch: LoadBatch, { file, text }: ManifestText): Promise<void> {
  const key = manifestKey(batch.batchId, file);
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, IfNoneMatch: '*' }));
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return;
    throw error;
  }
}
