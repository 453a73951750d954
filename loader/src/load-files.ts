/**
 * Loads the planned files. Usually that is one batch; when COPY refuses one of its files, that file is found (named by
 * the warehouse, or by halving the batch) and parked, and the rest load.
 */

import type { Row } from '@dataloaf/core/warehouse';
import { type ListedObject, uriOf } from './objects.ts';
import { type Fault, findFault, park } from './park.ts';
import { type LoadBatch, makeBatch } from './plan-batch.ts';
import { type BatchOutcome, type BatchParts, runBatch } from './run-batch.ts';

/** When so many files seem bad at once, the fault is probably not theirs. */
export const PARKED_PER_TICK_MAX = 10;

export interface LoadedBatch {
  readonly batch: LoadBatch;
  /** Its row in the ledger. */
  readonly row: Row;
}

export interface LoadReport {
  readonly loaded: readonly LoadedBatch[];
  readonly parked: readonly Fault[];
  /** Undefined when every file is loaded or parked. */
  readonly stopped: Exclude<BatchOutcome, { kind: 'loaded' | 'refused' }> | undefined;
}

export async function loadFiles(
  files: readonly ListedObject[],
  generation: number,
  parts: BatchParts,
): Promise<LoadReport> {
  const loaded: LoadedBatch[] = [];
  const parked: Fault[] = [];
  const open: (readonly ListedObject[])[] = [files];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.length === 0) continue;
    const batch = makeBatch(part, generation);
    const outcome = await runBatch(batch, parts);
    if (outcome.kind === 'loaded') {
      loaded.push({ batch, row: outcome.row });
      continue;
    }
    if (outcome.kind !== 'refused') return { loaded, parked, stopped: outcome };
    const fault = await findFault(batch, outcome, parts.warehouse);
    if (fault === undefined) {
      open.push(...halves(part, outcome.stream));
      continue;
    }
    if (parked.length === PARKED_PER_TICK_MAX) {
      return {
        loaded,
        parked,
        stopped: { kind: 'failed', reason: `More than ${PARKED_PER_TICK_MAX} files were refused.` },
      };
    }
    await park(fault, generation, parts.warehouse);
    parked.push(fault);
    open.push(part.filter((file) => uriOf(file) !== uriOf(fault.file)));
  }
  return { loaded, parked, stopped: undefined };
}

/** The refused stream's files in two parts; the other stream goes with the first. */
function halves(files: readonly ListedObject[], stream: string): (readonly ListedObject[])[] {
  const suspects = files.filter((file) => file.stream === stream);
  const second = new Set(suspects.slice(Math.ceil(suspects.length / 2)));
  return [files.filter((file) => second.has(file)), files.filter((file) => !second.has(file))];
}
