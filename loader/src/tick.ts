/**
 * One three-minute tick: find the new objects, load them in one transaction, remember what is complete.
 *
 *   settle what an earlier tick left -> discover -> nothing new: no SQL at all -> check that the ledger is the one we
 *   know -> plan -> load -> write the state
 *
 * A crash at any point costs only time: the state in S3 is a hint, the ledger decides. A tick has at most two rounds.
 * When the copy of the ledger turns out to be void (a restored warehouse, another loader), the second round asks the
 * ledger itself. A round that meets missing or older tables has them migrated, and starts over.
 */
import type { Stream } from '@dataloaf/core/storage-keys';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import { readNewestLoadSince, readParkedCount } from '@dataloaf/core/warehouse/sql/ledger';
import { LIVE_GENERATION } from '@dataloaf/core/warehouse/tables';
import type { Row } from '@dataloaf/core/warehouse/warehouse';
import { type Discovery, discover } from './discover.ts';
import { findLate, type LateFinding } from './late-objects.ts';
import { type LoadPorts, type LoadReport, loadObjects } from './load-objects.ts';
import { uriOf } from './objects.ts';
import { addLate, type Plan, type PlanWithLate, planObjects } from './plan-batch.ts';
import { startCatalogRefresh } from './refresh-catalog.ts';
import { type LedgerFacts, type Remembered, remember } from './remember.ts';
import { assertSchemaVersion, needsMigration } from './schema-check.ts';
import { enterStage } from './stage.ts';
import { cancelOld, isStillRunning } from './writers.ts';

export type TickOutcome = 'loaded' | 'nothing_new' | 'parked' | 'failed' | 'undecided';

/** What the Lambda returns; the local stack passes it on to scripts. */
export interface TickResult {
  readonly outcome: TickOutcome;
  /** The newest batch that committed in this tick, with its balance from the ledger. */
  readonly batch: Row | null;
  /** Whether objects are left that this load could not take. */
  readonly more: boolean;
  /** Objects of the load that a full listing found under an hour long past. */
  readonly late: number;
  readonly parked: readonly { readonly object: string; readonly reason: string }[];
  readonly reason?: string;
}

export interface TickOptions {
  /** The events bucket also holds the manifests and the state. */
  readonly buckets: Readonly<Record<Stream, string>>;
  /** Role with which COPY reads the buckets. */
  readonly roleArn: string;
  /** The instant of the schedule: an object that arrived after it may wait for the next tick. */
  readonly dueAt: Date;
  /** When this tick has to end, in milliseconds since 1970. */
  readonly deadlineMs: number;
}

export interface TickPorts extends LoadPorts {
  /** Has the tables, users and rights of this version made, by the function that may. Resolves when they are there. */
  requestMigration(): Promise<void>;
}

interface Tick {
  readonly options: TickOptions;
  readonly ports: TickPorts;
}

/** A round ends with a result, or finds that what it remembered is void. The report holds what it did in both cases. */
type RoundResult =
  | { readonly kind: 'done'; readonly result: TickResult }
  | { readonly kind: 'void'; readonly report: LoadReport };

const NO_REPORT: LoadReport = { loaded: [], parked: [], stopped: undefined };

export async function tick(options: TickOptions, ports: TickPorts): Promise<TickResult> {
  const { state, log } = ports;
  const inflight = await state.readInflight();
  if (inflight !== undefined) {
    enterStage(log, 'settle_earlier', { batch_id: inflight.batch_id, attempt: inflight.attempt });
    await cancelOld(ports);
    if (await isStillRunning(inflight, options.deadlineMs, ports)) return await leaveRunning({ options, ports });
  }
  // A statement of an earlier tick may have committed; then the copy of the ledger lacks its objects.
  const loaded = inflight === undefined ? await state.readLoadedObjects() : undefined;
  const first = await firstRound({ options, ports }, { lastTick: await state.readLastTick(), loaded });
  if (first.kind === 'done') return first.result;
  const remembered = { lastTick: await state.readLastTick(), loaded: undefined };
  const second = await round({ options, ports }, remembered, first.report);
  if (second.kind === 'done') return second.result;
  return resultOf(second.report, { outcome: 'undecided', reason: 'Another loader is running.' });
}

async function leaveRunning({ options, ports: { state } }: Tick): Promise<TickResult> {
  const lastTick = await state.readLastTick();
  if (lastTick !== undefined) await state.writeLastTick({ ...lastTick, checkedAt: options.dueAt });
  return resultOf(NO_REPORT, { outcome: 'undecided', reason: 'An earlier load is still running.' });
}

async function firstRound({ options, ports }: Tick, remembered: Remembered): Promise<RoundResult> {
  try {
    return await round({ options, ports }, remembered, NO_REPORT);
  } catch (error) {
    if (!needsMigration(error)) throw error;
    // The tables were dropped, or are of an older version. When they were dropped, this and later ticks load everything
    // again from S3.
    ports.log.warn({ reason: error.message }, 'warehouse not ready for this loader: asks for its migration');
    await ports.requestMigration();
    return await round(
      { options, ports },
      { lastTick: await ports.state.readLastTick(), loaded: undefined },
      NO_REPORT,
    );
  }
}

/** `before` is what the previous round has loaded and parked. */
async function round({ options, ports }: Tick, remembered: Remembered, before: LoadReport): Promise<RoundResult> {
  const { lastTick, loaded } = remembered;
  const { dueAt, buckets } = options;
  enterStage(ports.log, 'discover');
  const since = { completeTo: lastTick?.completeTo, dueAt, loaded };
  const discovery = await discover({ buckets, generation: LIVE_GENERATION, ...since }, ports);
  const lateness = await discoverLate({ options, ports }, discovery);
  const plan = addLate(planObjects(discovery.found), lateness.late);
  const hasNew = plan.objects.length > 0;
  const newest = Math.max(loaded?.load_id ?? 0, lastTick?.loadId ?? 0);
  const isAsked = hasNew || lastTick === undefined || loaded === undefined;
  const ledger = isAsked ? await askLedger(newest, ports) : undefined;
  if (ledger !== undefined && ledger.loadId < newest) {
    // The ledger ends before the load that we remember: the warehouse was restored or recreated.
    await ports.state.forget();
    return { kind: 'void', report: before };
  }
  const report = hasNew ? await loadPlanned({ options, ports }, plan) : NO_REPORT;
  const both = addReports(before, report);
  if (report.stopped?.kind === 'already_loaded') return { kind: 'void', report: both };
  enterStage(ports.log, 'remember');
  await remember({ remembered, ledger, discovery, plan, report, dueAt }, ports.state);
  const isListed = report.stopped === undefined && !plan.isLateLeft;
  if (isListed && lateness.next !== undefined) await ports.state.writeFullListing(lateness.next);
  await startCatalogRefresh(report.loaded, ports);
  return { kind: 'done', result: resultOf(both, summaryOf(both, plan, discovery)) };
}

async function discoverLate({ options, ports }: Tick, { from }: Discovery): Promise<LateFinding> {
  const { dueAt, buckets } = options;
  const listing = await ports.state.readFullListing();
  const finding = await findLate({ buckets, generation: LIVE_GENERATION, dueAt, until: from, listing }, ports);
  const [first] = finding.late;
  if (first !== undefined) {
    ports.log.warn({ objects: finding.late.length, first: uriOf(first) }, 'found objects under hours long past');
  }
  return finding;
}

async function loadPlanned({ options, ports }: Tick, plan: Plan): Promise<LoadReport> {
  await cancelOld(ports);
  const { buckets, roleArn, deadlineMs } = options;
  const loadOptions = { bucket: buckets.events, roleArn, deadlineMs, generation: LIVE_GENERATION };
  return loadObjects(plan.objects, loadOptions, ports);
}

const addReports = (before: LoadReport, after: LoadReport): LoadReport => ({
  loaded: [...before.loaded, ...after.loaded],
  parked: [...before.parked, ...after.parked],
  stopped: after.stopped,
});

async function askLedger(remembered: number, { warehouse, log }: TickPorts): Promise<LedgerFacts> {
  enterStage(log, 'check_ledger');
  const [newest] = await warehouse.query(readNewestLoadSince(remembered));
  assertSchemaVersion(newest);
  const [parked] = await warehouse.query(readParkedCount);
  return { loadId: numberOf(newest?.['load_id'] ?? 0), parked: numberOf(parked?.['parked'] ?? 0) };
}

type Summary = Pick<TickResult, 'outcome' | 'reason'> & Partial<Pick<TickResult, 'more' | 'late'>>;

function summaryOf(report: LoadReport, plan: PlanWithLate, discovery: Discovery): Summary {
  const { stopped } = report;
  if (stopped?.kind === 'failed') return { outcome: 'failed', reason: stopped.reason };
  if (stopped !== undefined) return { outcome: 'undecided', reason: 'The load is still running.' };
  const more = plan.leftOver !== undefined || plan.isLateLeft || discovery.to !== null;
  const { late } = plan;
  if (report.parked.length > 0) return { outcome: 'parked', more, late };
  return { outcome: report.loaded.length > 0 ? 'loaded' : 'nothing_new', more, late };
}

function resultOf(report: LoadReport, { outcome, reason, more = false, late = 0 }: Summary): TickResult {
  const newest = report.loaded.at(-1);
  return {
    outcome,
    batch: newest === undefined ? null : { batch_id: newest.batch.batchId, ...newest.row },
    more,
    late,
    parked: report.parked.map(({ object, reason: why }) => ({ object: uriOf(object), reason: why })),
    ...(reason === undefined ? {} : { reason }),
  };
}
