/** Finds the file that COPY refuses and puts it into the ledger as parked, so that the others load. */
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
  readonly file: ListedObject;
  readonly reason: string;
}

/** The file that the warehouse names, or the only one that can be meant; undefined: the batch has to be halved. */
export async function findFault(
  batch: LoadBatch,
  refused: { readonly stream: string; readonly failure: StatementFailure },
  warehouse: Warehouse,
): Promise<Fault | undefined> {
  const suspects = batch.files.filter((file) => file.stream === refused.stream);
  const detail = await readDetail(refused.failure, warehouse);
  const [only] = suspects;
  if (suspects.length === 1 && only !== undefined)
    return { file: only, reason: detail?.reason ?? refused.failure.message };
  if (detail === undefined) return undefined;
  const named = suspects.find((file) => uriOf(file) === detail.uri);
  return named === undefined ? undefined : { file: named, reason: detail.reason };
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
    const place = `line ${row['line_number']}, column ${String(row['column_name']).trim()}`;
    return { uri: String(row['file_name']).trim(), reason: `${place}: ${String(row['error_message']).trim()}` };
  } catch {
    // Only a short cut: halving finds the file as well.
    return undefined;
  }
}

export interface ParkParts {
  readonly warehouse: Warehouse;
  /** A token that was never used: the same file may be parked again in a warehouse that was restored. */
  newToken(): string;
}

/** Whether the ledger has the file now. One small transaction of its own, tried a few times. @throws WarehouseError */
export async function park(fault: Fault, generation: number, { warehouse, newToken }: ParkParts): Promise<boolean> {
  const { file, reason } = fault;
  const { batchId } = makeBatch([file], generation);
  const { etag, bytes, stream } = file;
  const statements = [
    ...takeMutex,
    parkObject({ batchId, generation }, { uri: uriOf(file), etag, bytes, stream, reason }),
  ];
  for (let attempt = 0; attempt < PARK_ATTEMPTS; attempt += 1) {
    const id = await warehouse.submit({ token: newToken(), name: writerName('park', batchId), statements });
    await warehouse.wait(id, { statements, timeoutMs: PARK_WAIT_MS });
    // As with a load, the ledger decides, not the report.
    const [row] = await warehouse.query(readObject(generation, uriOf(file)));
    if (row !== undefined) return true;
  }
  return false;
}
