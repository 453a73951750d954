/**
 * One three-minute pass: find what is new, load it in one transaction, remember what is complete.
 *
 *   settle what an earlier tick left -> discover -> nothing new: no SQL at all -> check that the ledger is the one we
 *   know -> plan -> load -> write state
 *
 * A crash at any point costs nothing but time: the state in S3 is a hint, the ledger decides. At most two rounds: when
 * the copy of the ledger turns out to be void (restored warehouse, another loader), the second asks the ledger itself.
 */
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { readNewestLoad, readParkedCount } from '@dataloaf/core/warehouse/sql/ledger';
import { LIVE_GENERATION } from '@dataloaf/core/warehouse/tables';
import type { Row } from '@dataloaf/core/warehouse/warehouse';
import { completeToOf, type DiscoverParts, type Discovery, discover, firstPlace } from './discover.ts';
import { type LoadReport, loadFiles } from './load-files.ts';
import { isMissingTable, type MigrateParts, migrate } from './migrate.ts';
import { placeOfUri, uriOf } from './objects.ts';
import { type Plan, planFiles } from './plan-batch.ts';
import { startCatalogRefresh } from './refresh-catalog.ts';
import { type BatchParts, cancelOld, isStillRunning } from './run-batch.ts';
import type { LastTick, LoadedFiles } from './state.ts';

export type TickOutcome = 'loaded' | 'nothing_new' | 'parked' | 'failed' | 'undecided';

/** What a tick answers; the harness passes it on to scripts. */
export interface TickAnswer {
  readonly outcome: TickOutcome;
  /** The newest batch that committed in this tick, with its balance from the ledger. */
  readonly batch: Row | null;
  /** Whether objects are left that this load could not carry. */
  readonly more: boolean;
  readonly parked: readonly { readonly object: string; readonly reason: string }[];
  readonly reason?: string;
}

export interface TickParts extends BatchParts, MigrateParts, Pick<DiscoverParts, 's3' | 'buckets'> {
  /** The scheduler's instant: what arrived after it may wait for the next tick. */
  readonly now: Date;
  readonly log: Log;
}

/** What earlier ticks left in S3. */
interface Remembered {
  readonly lastTick: LastTick | undefined;
  /** Undefined: the ledger itself is asked. */
  readonly loaded: LoadedFiles | undefined;
}

/** A round either answers, or finds that what it remembered is void; what it did is part of the answer either way. */
type RoundResult =
  | { readonly kind: 'answered'; readonly answer: TickAnswer }
  | { readonly kind: 'void'; readonly report: LoadReport };

const NO_REPORT: LoadReport = { loaded: [], parked: [], stopped: undefined };

export async function tick(parts: TickParts): Promise<TickAnswer> {
  const { state } = parts;
  const inflight = await state.readInflight();
  if (inflight !== undefined) {
    await cancelOld(parts.warehouse);
    if (await isStillRunning(inflight, parts)) return await leaveRunning(parts);
  }
  // What an earlier tick left may have committed: then the copy of the ledger lacks it.
  const loaded = inflight === undefined ? await state.readLoadedFiles() : undefined;
  const first = await firstRound(parts, { lastTick: await state.readLastTick(), loaded });
  if (first.kind === 'answered') return first.answer;
  const second = await round(parts, { lastTick: await state.readLastTick(), loaded: undefined }, first.report);
  if (second.kind === 'answered') return second.answer;
  return answerOf(second.report, { outcome: 'undecided', reason: 'Another loader is at work.' });
}

async function leaveRunning({ state, now }: TickParts): Promise<TickAnswer> {
  const lastTick = await state.readLastTick();
  if (lastTick !== undefined) await state.writeLastTick({ ...lastTick, checked_at: now.toISOString() });
  return answerOf(NO_REPORT, { outcome: 'undecided', reason: 'An earlier load still runs.' });
}

async function firstRound(parts: TickParts, remembered: Remembered): Promise<RoundResult> {
  try {
    return await round(parts, remembered, NO_REPORT);
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    // Dropped under our feet: made anew, and filled again from S3 by this and the next ticks.
    parts.log.warn({ reason: messageOf(error) }, 'tables missing, made anew');
    await migrate(parts);
    return { kind: 'void', report: NO_REPORT };
  }
}

/** `before` is what the round before this one has loaded and parked. */
async function round(parts: TickParts, remembered: Remembered, before: LoadReport): Promise<RoundResult> {
  const { lastTick, loaded } = remembered;
  const completeTo = lastTick?.complete_to == null ? undefined : new Date(lastTick.complete_to);
  const since = { completeTo, now: parts.now, loaded };
  const discovery = await discover({ ...parts, generation: LIVE_GENERATION }, since);
  const plan = planFiles(discovery.found);
  const hasNew = plan.files.length > 0;
  const ledger =
    hasNew || lastTick === undefined || loaded === undefined ? await askLedger(parts.warehouse) : undefined;
  if (ledger !== undefined && ledger.loadId < Math.max(loaded?.load_id ?? 0, lastTick?.load_id ?? 0)) {
    // It ends before the load that we remember: restored or made anew.
    await parts.state.forget();
    return { kind: 'void', report: before };
  }
  const report = hasNew ? await loadPlanned(parts, plan) : NO_REPORT;
  const both = merge(before, report);
  if (report.stopped?.kind === 'already_loaded') return { kind: 'void', report: both };
  await remember(parts, { remembered, ledger, discovery, plan, report });
  await startCatalogRefresh(report.loaded, parts);
  return { kind: 'answered', answer: answerOf(both, outcomeOf(both, plan, discovery)) };
}

async function loadPlanned(parts: TickParts, plan: Plan): Promise<LoadReport> {
  await cancelOld(parts.warehouse);
  return loadFiles(plan.files, LIVE_GENERATION, parts);
}

const merge = (before: LoadReport, after: LoadReport): LoadReport => ({
  loaded: [...before.loaded, ...after.loaded],
  parked: [...before.parked, ...after.parked],
  stopped: after.stopped,
});

interface LedgerFacts {
  /** The newest load, 0 when there was none. */
  readonly loadId: number;
  readonly parked: number;
}

async function askLedger(warehouse: TickParts['warehouse']): Promise<LedgerFacts> {
  const [newest] = await warehouse.query(readNewestLoad);
  const [parked] = await warehouse.query(readParkedCount);
  return { loadId: Number(newest?.['load_id'] ?? 0), parked: Number(parked?.['parked'] ?? 0) };
}

interface FinishedRound {
  readonly remembered: Remembered;
  /** Undefined when nothing had to be asked. */
  readonly ledger: LedgerFacts | undefined;
  readonly discovery: Discovery;
  readonly plan: Plan;
  readonly report: LoadReport;
}

async function remember(parts: TickParts, done: FinishedRound): Promise<void> {
  const { state, now } = parts;
  const { remembered, ledger, discovery, plan, report } = done;
  const { lastTick } = remembered;
  const loadIds = report.loaded.map(({ row }) => Number(row['load_id']));
  const loadId = Math.max(ledger?.loadId ?? lastTick?.load_id ?? 0, ...loadIds);
  const reached = completeToOf(discovery, plan.leftOver, now);
  const completeTo = report.stopped === undefined ? reached?.toISOString() : lastTick?.complete_to;
  await rememberFiles(parts, done, { loadId, completeTo: completeTo == null ? undefined : new Date(completeTo) });
  if (report.stopped === undefined) await state.writeInflight(null);
  await state.writeLastTick({
    checked_at: now.toISOString(),
    complete_to: completeTo ?? null,
    load_id: loadId === 0 ? null : loadId,
    parked: (ledger?.parked ?? lastTick?.parked ?? 0) + report.parked.length,
  });
}

async function rememberFiles(
  { state }: TickParts,
  { remembered, discovery, report }: FinishedRound,
  reached: { readonly loadId: number; readonly completeTo: Date | undefined },
): Promise<void> {
  const { from, to, known } = discovery;
  const added = [...report.loaded.flatMap(({ batch }) => batch.files), ...report.parked.map(({ file }) => file)];
  if (added.length === 0 && remembered.loaded?.from === from && remembered.loaded.to === to) return;
  // Nothing before the place where the next tick starts to list is looked at again.
  const first = reached.completeTo === undefined ? from : max(from, firstPlace(reached.completeTo));
  const keys = [...known, ...added.map(uriOf)].filter((uri) => placeOfUri(uri) >= first);
  await state.writeLoadedFiles({ load_id: reached.loadId, from: first, to, keys });
}

const max = (left: string, right: string): string => (left > right ? left : right);

type Verdict = Pick<TickAnswer, 'outcome' | 'reason'> & { readonly more?: boolean };

function outcomeOf(report: LoadReport, plan: Plan, discovery: Discovery): Verdict {
  const { stopped } = report;
  if (stopped?.kind === 'failed') return { outcome: 'failed', reason: stopped.reason };
  if (stopped !== undefined) return { outcome: 'undecided', reason: 'The load still runs.' };
  const more = plan.leftOver !== undefined || discovery.to !== null;
  if (report.parked.length > 0) return { outcome: 'parked', more };
  return { outcome: report.loaded.length > 0 ? 'loaded' : 'nothing_new', more };
}

function answerOf(report: LoadReport, { outcome, reason, more = false }: Verdict): TickAnswer {
  const newest = report.loaded.at(-1);
  return {
    outcome,
    batch: newest === undefined ? null : { batch_id: newest.batch.batchId, ...newest.row },
    more,
    parked: report.parked.map(({ file, reason: why }) => ({ object: uriOf(file), reason: why })),
    ...(reason === undefined ? {} : { reason }),
  };
}
