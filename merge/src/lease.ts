/**
 * The lease of the direct merge: at most one is in the warehouse at a time, whatever number of functions run. It is an
 * object in S3 that a function only replaces when it is free, and only over the version that it has read.
 *
 *   free -> taken, without a statement -> taken, with the statement that was submitted -> free when that has ended
 *
 * Nobody gives it back. Whoever wants it next asks the warehouse whether the statement has ended. A function that was
 * killed before it could name its statement leaves a lease that expires by its age in S3.
 */
import { WarehouseError } from '@dataloaf/core/errors';
import { DIRECT_LEASE_KEY } from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { readJson, replaceJson, type StoredJson, type StoredJsonPorts } from './stored-json.ts';

export interface LeasePorts extends StoredJsonPorts {
  readonly warehouse: Pick<Warehouse, 'wait' | 'listStarted'>;
}

export interface LeaseOptions {
  /** Age at which a lease without a statement expires, in milliseconds. */
  readonly leaseMs: number;
}

interface Holder {
  readonly merge_id: string;
  /** Null until the transaction is submitted. */
  readonly statement_id: string | null;
}

export interface TakenLease {
  readonly mergeId: string;
  readonly etag: string;
}

/** A lease that may be taken. */
export interface FreeLease {
  /** The version to replace; undefined when there is none yet. */
  readonly over: string | undefined;
}

/** Undefined while another direct merge has the lease. */
export async function findFreeLease({ leaseMs }: LeaseOptions, ports: LeasePorts): Promise<FreeLease | undefined> {
  const found = await readJson(ports, DIRECT_LEASE_KEY);
  if (found === undefined) return { over: undefined };
  return (await isFree(found, leaseMs, ports)) ? { over: found.etag } : undefined;
}

/** Undefined when another direct merge was faster. */
export async function takeLease(
  mergeId: string,
  { over }: FreeLease,
  ports: LeasePorts,
): Promise<TakenLease | undefined> {
  const holder: Holder = { merge_id: mergeId, statement_id: null };
  const etag = await replaceJson(ports, { key: DIRECT_LEASE_KEY, value: holder, over });
  return etag === undefined ? await findOwn(mergeId, ports) : { mergeId, etag };
}

/** Names the statement in the lease, so that the next merge need not wait for the lease to expire. */
export async function nameStatement(
  { mergeId, etag }: TakenLease,
  statementId: string,
  ports: Pick<LeasePorts, 's3' | 'bucket'>,
): Promise<void> {
  const holder: Holder = { merge_id: mergeId, statement_id: statementId };
  await replaceJson(ports, { key: DIRECT_LEASE_KEY, value: holder, over: etag });
}

/** A put whose response is lost is sent again by the client, and then meets what it wrote itself. */
async function findOwn(mergeId: string, ports: LeasePorts): Promise<TakenLease | undefined> {
  const found = await readJson(ports, DIRECT_LEASE_KEY);
  return found !== undefined && parseHolder(found.value)?.merge_id === mergeId
    ? { mergeId, etag: found.etag }
    : undefined;
}

async function isFree({ value, ageMs }: StoredJson, leaseMs: number, ports: LeasePorts): Promise<boolean> {
  const holder = parseHolder(value);
  const hasEnded =
    typeof holder?.statement_id === 'string' ? await hasStatementEnded(holder.statement_id, ports) : undefined;
  if (hasEnded !== undefined) return hasEnded;
  if (ageMs < leaseMs) return false;
  if (holder === undefined) return true;
  // The holder may have been killed between the submit and the note of it.
  return (await ports.warehouse.listStarted([writerName('direct', holder.merge_id)])).length === 0;
}

/** Undefined when the warehouse does not tell this function: a policy may show each session its own statements only. */
async function hasStatementEnded(id: string, { warehouse }: LeasePorts): Promise<boolean | undefined> {
  try {
    return (await warehouse.wait(id, { statements: [], timeoutMs: 0 })).kind !== 'running';
  } catch (error) {
    if (error instanceof WarehouseError && !error.isRetryable) return undefined;
    throw error;
  }
}

/** Undefined for what this version did not write. */
function parseHolder(value: unknown): Holder | undefined {
  if (!isObject(value)) return undefined;
  const { merge_id, statement_id } = value;
  if (typeof merge_id !== 'string' || merge_id === '') return undefined;
  return { merge_id, statement_id: typeof statement_id === 'string' && statement_id !== '' ? statement_id : null };
}
