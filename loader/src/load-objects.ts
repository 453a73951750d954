/**
 * Loads the planned objects. Usually that is one batch. When COPY refuses one of the objects, the loader finds it (the
 * warehouse names it, or halving the batch does), parks it, and loads the rest. Any other failure stops the load.
 */
import type { Row } from '@dataloaf/core/warehouse/warehouse';
import { type ListedObject, uriOf } from './objects.ts';
import { type Fault, findFault, findNamedLine, type ParkPorts, type Patience, park } from './park.ts';
import { type LoadBatch, makeBatch } from './plan-batch.ts';
import { type BatchOptions, type BatchPorts, runBatch } from './run-batch.ts';
import { enterStage } from './stage.ts';
import type { BatchOutcome, FailedCopy } from './verdict.ts';

/** When more objects than this seem bad in one tick, the objects are probably not at fault. */
export const PARKED_PER_TICK_MAX = 10;

export interface LoadOptions extends BatchOptions {
  readonly generation: number;
}

export interface LoadPorts extends BatchPorts, ParkPorts {}

export interface LoadedBatch {
  readonly batch: LoadBatch;
  /** Its row in the ledger. */
  readonly row: Row;
}

export interface LoadReport {
  readonly loaded: readonly LoadedBatch[];
  readonly parked: readonly Fault[];
  /** Why the load stopped early; undefined when every object is loaded or parked. */
  readonly stopped: Exclude<BatchOutcome, { kind: 'loaded' | 'refused' }> | undefined;
}

export async function loadObjects(
  objects: readonly ListedObject[],
  options: LoadOptions,
  ports: LoadPorts,
): Promise<LoadReport> {
  const progress: Progress = { loaded: [], parked: [], open: [objects], options, patience: { isOver: false } };
  let stopped: LoadReport['stopped'];
  for (let part = progress.open.pop(); part !== undefined; part = progress.open.pop()) {
    if (part.length > 0) stopped = await loadPart(makeBatch(part, options.generation), progress, ports);
    if (stopped !== undefined) break;
  }
  return { loaded: progress.loaded, parked: progress.parked, stopped };
}

interface Progress {
  readonly loaded: LoadedBatch[];
  readonly parked: Fault[];
  /** The parts that remain to be tried; the next one is the last. */
  readonly open: (readonly ListedObject[])[];
  readonly options: LoadOptions;
  readonly patience: Patience;
}

/** Runs one batch and adds what it leaves to `open`. Returns the reason when the load has to stop. */
async function loadPart(batch: LoadBatch, progress: Progress, ports: LoadPorts): Promise<LoadReport['stopped']> {
  const outcome = await runBatch(batch, progress.options, ports);
  if (outcome.kind === 'loaded') {
    progress.loaded.push({ batch, row: outcome.row });
    return undefined;
  }
  const copy = failedCopyOf(outcome);
  if (copy === undefined) return stopOf(outcome);
  enterStage(ports.log, 'find_fault', { batch_id: batch.batchId, objects: batch.objects.length });
  const find = outcome.kind === 'refused' ? findFault : findNamedLine;
  const finding = await find(batch, copy, { ...ports, patience: progress.patience });
  switch (finding.kind) {
    case 'none':
      return stopOf(outcome);
    case 'unnamed':
      progress.open.push(...halves(batch.objects, copy.stream));
      return undefined;
    case 'fault':
      progress.open.push(batch.objects.filter((object) => object !== finding.fault.object));
      return await setAside(finding.fault, progress, ports);
  }
}

type Stopped = Exclude<BatchOutcome, { kind: 'loaded' }>;

function failedCopyOf(outcome: Stopped): FailedCopy | undefined {
  if (outcome.kind === 'refused') return outcome;
  return outcome.kind === 'failed' ? outcome.copy : undefined;
}

/** A refused COPY whose objects are all there accuses none of them: it failed for another reason. */
const stopOf = (outcome: Stopped): NonNullable<LoadReport['stopped']> =>
  outcome.kind === 'refused' ? { kind: 'failed', reason: outcome.failure.message } : outcome;

/** Parks the object. Returns the reason when the load has to stop. */
async function setAside(fault: Fault, { parked, options }: Progress, ports: LoadPorts): Promise<LoadReport['stopped']> {
  if (parked.length === PARKED_PER_TICK_MAX) return TOO_MANY;
  const uri = uriOf(fault.object);
  enterStage(ports.log, 'park', { object_uri: uri });
  if (!(await park(fault, options.generation, ports))) return { kind: 'failed', reason: `${uri} could not be parked.` };
  parked.push(fault);
  return undefined;
}

const TOO_MANY = { kind: 'failed', reason: `COPY refused more than ${PARKED_PER_TICK_MAX} objects.` } as const;

/** The objects of the refused stream in two parts; the other stream goes with the first one. */
function halves(objects: readonly ListedObject[], stream: string): (readonly ListedObject[])[] {
  const suspects = objects.filter((object) => object.stream === stream);
  const second = new Set(suspects.slice(Math.ceil(suspects.length / 2)));
  return [objects.filter((object) => second.has(object)), objects.filter((object) => !second.has(object))];
}
