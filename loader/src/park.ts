/** Finds the object that COPY refuses, and records it in the ledger as parked so that the others load. */
import { numberOf, textOf } from '@dataloaf/core/warehouse/rows';
import { parkObject, readLoadError, readObject } from '@dataloaf/core/warehouse/sql/ledger';
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { StatementFailure, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { type ListedObject, uriOf } from './objects.ts';
import { type LoadBatch, makeBatch } from './plan-batch.ts';

/** Parking is one small insert; it waits for at most one other writer. */
const PARK_WAIT_MS = 20_000;
const PARK_ATTEMPTS = 3;

export interface Fault {
  readonly object: ListedObject;
  readonly reason: string;
}

/** The object that the warehouse names, or the only candidate. Undefined: the batch has to be halved. */
export async function findFault(
  batch: LoadBatch,
  refused: { readonly stream: string; readonly failure: StatementFailure },
  warehouse: Warehouse,
): Promise<Fault | undefined> {
  const suspects = batch.objects.filter((object) => object.stream === refused.stream);
  const detail = await readDetail(refused.failure, warehouse);
  const [only] = suspects;
  if (suspects.length === 1 && only !== undefined)
    return { object: only, reason: detail?.reason ?? refused.failure.message };
  if (detail === undefined) return undefined;
  const named = suspects.find((object) => uriOf(object) === detail.uri);
  return named === undefined ? undefined : { object: named, reason: detail.reason };
}

interface Detail {
  readonly uri: string;
  readonly reason: string;
}

async function readDetail(failure: StatementFailure, warehouse: Warehouse): Promise<Detail | undefined> {
  if (failure.queryId === undefined) return undefined;
  try {
    const [row] = await warehouse.query(readLoadError(failure.queryId));
    if (row === undefined) return undefined;
    const where = `line ${numberOf(row['line_number'])}, column ${textOf(row['column_name'] ?? '').trim()}`;
    return { uri: textOf(row['file_name']).trim(), reason: `${where}: ${textOf(row['error_message']).trim()}` };
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
