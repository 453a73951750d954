/**
 * One three-minute pass: find what is new, load it in one transaction, remember what is complete.
 *
 *   settle what an earlier tick left -> discover -> nothing new: no SQL at all -> check that the ledger is the one we
 *   know -> plan -> load -> write state
 *
 * A crash at any point costs nothing but time: the state in S3 is a hint, the ledger decides. At most two rounds: when
 * the copy of the ledger turns out to be void (restored warehouse, another loader), the second asks the ledger itself.
 */
import type { Log } from '@dataloaf/core/log';
import { readNewestLoad, readParkedCount } from '@dataloaf/core/sql/ledger';
import { LIVE_GENERATION } from '@dataloaf/core/tables';
import type { Row } from '@dataloaf/core/warehouse';
import { completeToOf, type DiscoverParts, type Discovery, discover } from './discover.ts';
import { type LoadReport, loadFiles } from './load-files.ts';
import { isMissingTable, type MigrateParts, migrate } from './migrate.ts';
import { uriOf } from './objects.ts';
import { type Plan, planFiles } from './plan-batch.ts';
import { type BatchParts, isStillRunning } from './run-batch.ts';
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

interface Memory {
  readonly lastTick: LastTick | undefined;
  /** Undefined: the ledger itself is asked. */
  readonly loaded: LoadedFiles | undefined;
}

type RoundAnswer = TickAnswer | 'memory_void';

export async function tick(parts: TickParts): Promise<TickAnswer> {
  const { state } = parts;
  const inflight = await state.readInflight();
  if (inflight !== undefined && (await isStillRunning(inflight, parts))) return UNDECIDED;
  // What an earlier tick left may have committed: then the copy of the ledger lacks it.
  const loaded = inflight === undefined ? await state.readLoadedFiles() : undefined;
  const first = await round(parts, { lastTick: await state.readLastTick(), loaded });
  if (first !== 'memory_void') return first;
  const second = await round(parts, { lastTick: await state.readLastTick(), loaded: undefined });
  return second === 'memory_void' ? { ...UNDECIDED, reason: 'Another loader is at work.' } : second;
}

const UNDECIDED: TickAnswer = { outcome: 'undecided', batch: null, more: false, parked: [] };

async function round(parts: TickParts, memory: Memory): Promise<RoundAnswer> {
  try {
    return await loadNew(parts, memory);
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    // Dropped under our feet: made anew, and filled again from S3 by this and the next ticks.
    parts.log.warn({ err: error }, 'tables missing, made anew');
    await migrate(parts);
    return 'memory_void';
  }
}

async function loadNew(parts: TickParts, memory: Memory): Promise<RoundAnswer> {
  const { lastTick, loaded } = memory;
  const completeTo = lastTick?.complete_to == null ? undefined : new Date(lastTick.complete_to);
  const since = { completeTo, now: parts.now, loaded };
  const discovery = await discover({ ...parts, generation: LIVE_GENERATION }, since);
  const plan = planFiles(discovery.found);
  if (plan.files.length === 0) {
    await remember(parts, { memory, discovery, plan, report: NO_LOAD });
    return { ...UNDECIDED, outcome: 'nothing_new' };
  }
  if (!(await isSameWarehouse(parts, memory))) {
    await parts.state.forget();
    return 'memory_void';
  }
  const report = await loadFiles(plan.files, LIVE_GENERATION, parts);
  if (report.stopped?.kind === 'already_loaded') return 'memory_void';
  await remember(parts, { memory, discovery, plan, report });
  return answerOf(plan, report, discovery);
}

const NO_LOAD: LoadReport = { loaded: [], parked: [], stopped: undefined };

/** A ledger that ends before the load we remember was restored or made anew. */
async function isSameWarehouse({ warehouse }: TickParts, { lastTick, loaded }: Memory): Promise<boolean> {
  const [row] = await warehouse.query(readNewestLoad);
  return Number(row?.['load_id'] ?? 0) >= Math.max(loaded?.load_id ?? 0, lastTick?.load_id ?? 0);
}

interface Round {
  readonly memory: Memory;
  readonly discovery: Discovery;
  readonly plan: Plan;
  readonly report: LoadReport;
}

async function remember(parts: TickParts, done: Round): Promise<void> {
  const { state, warehouse, now } = parts;
  const { memory, discovery, plan, report } = done;
  const loadId = Math.max(memory.lastTick?.load_id ?? 0, ...report.loaded.map(({ row }) => Number(row['load_id'])));
  const added = [...report.loaded.flatMap(({ batch }) => batch.files), ...report.parked.map(({ file }) => file)];
  const { from, to, known } = discovery;
  if (added.length > 0 || memory.loaded?.from !== from || memory.loaded.to !== to) {
    await state.writeLoadedFiles({ load_id: loadId, from, to, keys: [...known, ...added.map(uriOf)] });
  }
  if (report.stopped === undefined) await state.writeInflight(null);
  const completeTo =
    report.stopped === undefined
      ? completeToOf(discovery, plan.leftOver, now)?.toISOString()
      : memory.lastTick?.complete_to;
  await state.writeLastTick({
    checked_at: now.toISOString(),
    complete_to: completeTo ?? null,
    load_id: loadId === 0 ? null : loadId,
    parked: plan.files.length === 0 ? (memory.lastTick?.parked ?? 0) : await countParked(warehouse),
  });
}

async function countParked(warehouse: TickParts['warehouse']): Promise<number> {
  const [row] = await warehouse.query(readParkedCount);
  return Number(row?.['parked'] ?? 0);
}

function answerOf(plan: Plan, report: LoadReport, discovery: Discovery): TickAnswer {
  const newest = report.loaded.at(-1);
  const shared = {
    batch: newest === undefined ? null : { batch_id: newest.batch.batchId, ...newest.row },
    parked: report.parked.map(({ file, reason }) => ({ object: uriOf(file), reason })),
  };
  const { stopped } = report;
  if (stopped !== undefined) {
    return {
      ...shared,
      outcome: outcomeOf(stopped),
      more: false,
      ...('reason' in stopped ? { reason: stopped.reason } : {}),
    };
  }
  const more = plan.leftOver !== undefined || discovery.to !== null;
  return { ...shared, outcome: report.parked.length > 0 ? 'parked' : 'loaded', more };
}

const outcomeOf = (stopped: NonNullable<LoadReport['stopped']>): TickOutcome =>
  stopped.kind === 'failed' ? 'failed' : 'undecided';
