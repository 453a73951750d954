/**
 * Loads the planned files. Usually that is one batch; when COPY refuses one of its files, that file is found (named by
 * the warehouse, or by halving the batch) and parked, and the rest load.
 */

import type { Row } from '@dataloaf/core/warehouse/warehouse';
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
  const progress: Progress = { loaded: [], parked: [], open: [files] };
  let stopped: LoadReport['stopped'];
  for (let part = progress.open.pop(); part !== undefined; part = progress.open.pop()) {
    if (part.length > 0) stopped = await loadPart(makeBatch(part, generation), progress, parts);
    if (stopped !== undefined) break;
  }
  return { loaded: progress.loaded, parked: progress.parked, stopped };
}

interface Progress {
  readonly loaded: LoadedBatch[];
  readonly parked: Fault[];
  /** What is still to be tried, the next at the end. */
  readonly open: (readonly ListedObject[])[];
}

/** One batch; what it leaves to be tried goes to `open`. Answers why the tick has to stop, if it has to. */
async function loadPart(batch: LoadBatch, progress: Progress, parts: BatchParts): Promise<LoadReport['stopped']> {
  const outcome = await runBatch(batch, parts);
  if (outcome.kind === 'loaded') {
    progress.loaded.push({ batch, row: outcome.row });
    return undefined;
  }
  if (outcome.kind !== 'refused') return outcome;
  const fault = await findFault(batch, outcome, parts.warehouse);
  progress.open.push(...without(batch.files, fault, outcome.stream));
  if (fault === undefined) return undefined;
  if (progress.parked.length === PARKED_PER_TICK_MAX) return TOO_MANY;
  const stopped = await parkOrStop(fault, batch.generation, parts);
  if (stopped === undefined) progress.parked.push(fault);
  return stopped;
}

const TOO_MANY = { kind: 'failed', reason: `More than ${PARKED_PER_TICK_MAX} files were refused.` } as const;

async function parkOrStop(fault: Fault, generation: number, parts: BatchParts): Promise<LoadReport['stopped']> {
  if (await park(fault, generation, parts)) return undefined;
  return { kind: 'failed', reason: `${uriOf(fault.file)} could not be parked.` };
}

/** What to try next: the others when the file at fault is known, else both halves. */
function without(
  files: readonly ListedObject[],
  fault: Fault | undefined,
  stream: string,
): readonly (readonly ListedObject[])[] {
  return fault === undefined ? halves(files, stream) : [files.filter((file) => file !== fault.file)];
}

/** The refused stream's files in two parts; the other stream goes with the first. */
function halves(files: readonly ListedObject[], stream: string): (readonly ListedObject[])[] {
  const suspects = files.filter((file) => file.stream === stream);
  const second = new Set(suspects.slice(Math.ceil(suspects.length / 2)));
  return [files.filter((file) => second.has(file)), files.filter((file) => !second.has(file))];
}
