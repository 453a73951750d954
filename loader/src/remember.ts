/**
 * What a finished round leaves in S3 for the next tick. The two decisions are pure; `remember` writes them. `complete_to`
 * is written last, so that a crash in between leaves an earlier one and costs only more listing.
 */
import type { LastTick } from '@dataloaf/core/last-tick';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import { completeToOf, type Discovery, firstPosition } from './discover.ts';
import type { LoadReport } from './load-objects.ts';
import { positionOfUri, uriOf } from './objects.ts';
import type { PlanWithLate } from './plan-batch.ts';
import type { LoadedObjects, StateStore } from './state.ts';

/** What earlier ticks left in S3. */
export interface Remembered {
  readonly lastTick: LastTick | undefined;
  /** Undefined: the round asks the ledger itself. */
  readonly loaded: LoadedObjects | undefined;
}

export interface LedgerFacts {
  /** The newest load, 0 when there is none. */
  readonly loadId: number;
  readonly parked: number;
}

export interface FinishedRound {
  readonly remembered: Remembered;
  /** Undefined when the round did not ask the ledger. */
  readonly ledger: LedgerFacts | undefined;
  readonly discovery: Pick<Discovery, 'known' | 'from' | 'to'>;
  readonly plan: Pick<PlanWithLate, 'leftOver' | 'late'>;
  readonly report: LoadReport;
  readonly dueAt: Date;
}

export async function remember(done: FinishedRound, state: StateStore): Promise<void> {
  const lastTick = nextLastTick(done);
  const loaded = nextLoadedObjects(done, lastTick);
  if (loaded !== undefined) await state.writeLoadedObjects(loaded);
  if (done.report.stopped === undefined) await state.writeInflight(null);
  await state.writeLastTick(lastTick);
}

export function nextLastTick({ remembered, ledger, discovery, plan, report, dueAt }: FinishedRound): LastTick {
  const { lastTick } = remembered;
  const loadIds = report.loaded.map(({ row }) => numberOf(row['load_id']));
  const loadId = Math.max(ledger?.loadId ?? lastTick?.loadId ?? 0, ...loadIds);
  return {
    checkedAt: dueAt,
    completeTo: report.stopped === undefined ? completeToOf(discovery, plan.leftOver, dueAt) : lastTick?.completeTo,
    loadId: loadId === 0 ? undefined : loadId,
    parked: (ledger?.parked ?? lastTick?.parked ?? 0) + report.parked.length,
    late: (lastTick?.late ?? 0) + (report.stopped === undefined ? plan.late : 0),
  };
}

/** Undefined when the copy of the ledger in S3 is still right. */
export function nextLoadedObjects(
  { remembered, discovery, report }: FinishedRound,
  { completeTo, loadId = 0 }: Pick<LastTick, 'completeTo' | 'loadId'>,
): LoadedObjects | undefined {
  const { from, to, known } = discovery;
  const added = [...report.loaded.flatMap(({ batch }) => batch.objects), ...report.parked.map(({ object }) => object)];
  if (added.length === 0 && remembered.loaded?.from === from && remembered.loaded.to === to) return undefined;
  // The next tick lists nothing before its first position.
  const first = completeTo === undefined ? from : max(from, firstPosition(completeTo));
  const keys = [...known, ...added.map(uriOf)].filter((uri) => positionOfUri(uri) >= first);
  return { load_id: loadId, from: first, to, keys };
}

const max = (left: string, right: string): string => (left > right ? left : right);
