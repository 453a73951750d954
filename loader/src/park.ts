/** Finds the object that a failed COPY accuses, and records it in the ledger as parked so that the others load. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '@dataloaf/core/clock';
import { numberOf, textOf } from '@dataloaf/core/warehouse/rows';
import { parkObject, readLoadError, readObject } from '@dataloaf/core/warehouse/sql/ledger';
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { StatementFailure, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { type ListedObject, uriOf } from './objects.ts';
import { type LoadBatch, makeBatch } from './plan-batch.ts';
import { type FailedCopy, isKeyMissing } from './verdict.ts';

/** Parking is one small insert; it waits for at most one other writer. */
const PARK_WAIT_MS = 20_000;
const PARK_ATTEMPTS = 3;

export interface Fault {
  readonly object: ListedObject;
  readonly reason: string;
}

export type Finding =
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** One of the suspects is at fault, and nothing says which: the batch has to be halved. */
  | { readonly kind: 'unnamed' }
  /** No object is at fault. */
  | { readonly kind: 'none' };

export interface FindPorts {
  readonly s3: S3Client;
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly clock: Pick<Clock, 'pause'>;
  readonly patience: Patience;
}

/** Shared by the failures of one load: once waiting for a detail was in vain, no later failure waits. */
export interface Patience {
  isOver: boolean;
}

/** The view of load errors may lag a little behind the failure. A second try of the load costs more than this pause. */
const DETAIL_LAG_MS = 1_500;

/** Which object a refused COPY accuses: the one that the warehouse names, the only candidate, or one that S3 does not have. */
export async function findFault(batch: LoadBatch, refused: FailedCopy, ports: FindPorts): Promise<Finding> {
  const suspects = batch.objects.filter((object) => object.stream === refused.stream);
  const { failure } = refused;
  if (isKeyMissing(failure)) return await findMissing(suspects, failure, ports.s3);
  const [only] = suspects;
  // A single suspect is parked in any case; the detail only says why.
  const detail = await (suspects.length === 1 ? readDetail(failure, ports) : readLateDetail(failure, ports));
  if (suspects.length === 1 && only !== undefined)
    return { kind: 'fault', fault: { object: only, reason: detail?.reason ?? failure.message } };
  const named = suspects.find((object) => uriOf(object) === detail?.uri);
  if (named === undefined || detail === undefined) return { kind: 'unnamed' };
  return { kind: 'fault', fault: { object: named, reason: detail.reason } };
}

/** Redshift's message may accuse nobody while its details name a line of an object. Anything less accuses nobody. */
export async function findNamedLine(batch: LoadBatch, failed: FailedCopy, ports: FindPorts): Promise<Finding> {
  const detail = await readLateDetail(failed.failure, ports);
  const named = batch.objects.find((object) => object.stream === failed.stream && uriOf(object) === detail?.uri);
  if (named === undefined || detail === undefined || detail.line < 1) return { kind: 'none' };
  return { kind: 'fault', fault: { object: named, reason: detail.reason } };
}

/** Requests to S3 at once. */
const LOOKUPS_AT_ONCE = 20;

/** Asks S3 itself which suspect is gone, so that a message about another key, or about a whole bucket, parks nothing. */
async function findMissing(
  suspects: readonly ListedObject[],
  { message }: StatementFailure,
  s3: S3Client,
): Promise<Finding> {
  const named = suspects.filter((object) => message.includes(uriOf(object)));
  const ordered = [...named, ...suspects.filter((object) => !named.includes(object))];
  for (let at = 0; at < ordered.length; at += LOOKUPS_AT_ONCE) {
    const some = ordered.slice(at, at + LOOKUPS_AT_ONCE);
    const found = await Promise.all(some.map((object) => isInBucket(object, s3)));
    const object = some[found.indexOf(false)];
    if (object !== undefined) return { kind: 'fault', fault: { object, reason: message } };
  }
  return { kind: 'none' };
}

/** By a listing: unlike HEAD it fails when the bucket is gone, instead of reporting every object as missing. */
async function isInBucket({ bucket, key }: ListedObject, s3: S3Client): Promise<boolean> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
  return Contents[0]?.Key === key;
}

interface Detail {
  readonly uri: string;
  /** From 1; 0 when no line is at fault. */
  readonly line: number;
  readonly reason: string;
}

/** Waits once for a detail that is not there yet. */
async function readLateDetail(failure: StatementFailure, ports: FindPorts): Promise<Detail | undefined> {
  const detail = await readDetail(failure, ports);
  const { clock, patience } = ports;
  if (detail !== undefined || failure.queryId === undefined || patience.isOver) return detail;
  await clock.pause(DETAIL_LAG_MS);
  const late = await readDetail(failure, ports);
  patience.isOver = late === undefined;
  return late;
}

async function readDetail(
  failure: StatementFailure,
  { warehouse }: Pick<FindPorts, 'warehouse'>,
): Promise<Detail | undefined> {
  if (failure.queryId === undefined) return undefined;
  try {
    const [row] = await warehouse.query(readLoadError(failure.queryId));
    if (row === undefined) return undefined;
    const line = numberOf(row['line_number']);
    const where = `line ${line}, column ${textOf(row['column_name'] ?? '').trim()}`;
    return { uri: textOf(row['file_name']).trim(), line, reason: `${where}: ${textOf(row['error_message']).trim()}` };
  } catch {
    // Only a shortcut: halving finds the object too.
    return undefined;
  }
}

export interface ParkPorts {
  readonly warehouse: Warehouse;
  /** A token that was never used: a restored warehouse may park the same object again. */
  newToken(): string;
}

/** Returns whether the ledger has the object now. A small transaction of its own, with a few attempts. @throws WarehouseError */
export async function park(fault: Fault, generation: number, { warehouse, newToken }: ParkPorts): Promise<boolean> {
  const { object, reason } = fault;
  const { batchId } = makeBatch([object], generation);
  const { etag, bytes, stream } = object;
  const statements = [
    ...takeMutex,
    parkObject({ batchId, generation }, { uri: uriOf(object), etag, bytes, stream, reason }),
  ];
  for (let attempt = 0; attempt < PARK_ATTEMPTS; attempt += 1) {
    const id = await warehouse.submit({ token: newToken(), name: writerName('park', batchId), statements });
    await warehouse.wait(id, { statements, timeoutMs: PARK_WAIT_MS });
    // As with a load, the ledger decides, not the reported status.
    const [row] = await warehouse.query(readObject(generation, uriOf(object)));
    if (row !== undefined) return true;
  }
  return false;
}
