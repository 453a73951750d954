/** The one transaction of a load, in order. Pure: a transaction that is sent again under its token must be identical. */
import { manifestKey, type Stream, s3Uri } from '@dataloaf/core/storage-keys';
import { foldUsers, type UserSources } from '@dataloaf/core/warehouse/sql/fold-users';
import { recordLoad, stageObjects } from '@dataloaf/core/warehouse/sql/ledger';
import { literal } from '@dataloaf/core/warehouse/sql/literal';
import { loadEvents, stageEvents } from '@dataloaf/core/warehouse/sql/load-events';
import { logOperations, stageOperations } from '@dataloaf/core/warehouse/sql/load-users';
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { uriOf } from './objects.ts';
import type { LoadBatch } from './plan-batch.ts';

export interface LoadStatementsOptions {
  /** Bucket of the manifests. */
  readonly bucket: string;
  /** Role with which COPY reads the buckets. */
  readonly roleArn: string;
}

export function loadStatements(batch: LoadBatch, { bucket, roleArn }: LoadStatementsOptions): readonly Statement[] {
  const sources = sourcesOf(batch);
  const manifest = (stream: Stream): string => s3Uri(bucket, manifestKey(batch.batchId, `${stream}.manifest`));
  const listUri = s3Uri(bucket, manifestKey(batch.batchId, 'files.ndjson'));
  return [
    ...takeMutex,
    ...stageObjects(batch, { listUri, roleArn, uris: batch.objects.map(uriOf) }),
    ...(sources === 'operations' ? [] : [...stageEvents(manifest('events'), roleArn), ...loadEvents]),
    ...(sources === 'events'
      ? []
      : [...stageOperations(manifest('users'), roleArn), ...logOperations(literal(batch.batchId))]),
    ...foldUsers(sources),
    ...recordLoad(batch, sources),
  ];
}

/** COPY refuses an empty manifest, so the transaction leaves out a stream without objects. */
function sourcesOf(batch: LoadBatch): UserSources {
  const hasEvents = batch.objects.some((object) => object.stream === 'events');
  const hasOperations = batch.objects.some((object) => object.stream === 'users');
  if (hasEvents && hasOperations) return 'both';
  return hasEvents ? 'events' : 'operations';
}
