/**
 * One run: traffic of plain HTTP clients and SDK hosts, loads without a pause, the faults of the plan, and then the judgement.
 * starting -> raging -> settling (no faults; everything that was acknowledged arrives) -> judged
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadyLine } from '@dataloaf/core/stack-file';
import { freePorts, query } from '../tools/local-process.ts';
import { startCutProxy } from './cut-proxy.ts';
import { createDisks } from './disks.ts';
import { type HttpClient, startHttpClient } from './http-client.ts';
import { type KeptStack, keepStack } from './kept-stack.ts';
import { judge, type Verdict } from './oracle.ts';
import { nameOf, type PlannedFault, planFaults } from './plan.ts';
import { findImbalances, readStored } from './read-stored.ts';
import { whyNoResets } from './reset-connections.ts';
import { type SdkHosts, startSdkHosts } from './sdk-hosts.ts';
import { adminRequest, type Hit, type StrikePorts, strike } from './strike.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly lengthMs: number;
  /** Gets what a person should read while it runs. */
  readonly note: (line: string) => void;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Rules beside the rows that do not hold: balances, parked and rejected data, an Insights that is away, a stack that ended. */
  readonly complaints: readonly string[];
  readonly acknowledged: { readonly http: number; readonly sdk: number };
  readonly stored: { readonly events: number; readonly operations: number };
}

export interface Chaos {
  /** Resolves when the plan is over and everything that was acknowledged had its time to arrive. */
  rage(): Promise<void>;
  judge(): Promise<Judgement>;
  /** Drops the tables, so that the next loads make them from S3. Resolves when they have. */
  rebuild(): Promise<void>;
  /** Counts by the name of the fault. */
  readonly faults: ReadonlyMap<string, Readonly<Record<Hit, number>>>;
  readonly ready: ReadyLine | undefined;
  readonly starts: number;
  log(): string;
  stop(): Promise<void>;
}

const HTTP_CLIENTS = 3;
const SDK_HOSTS = 2;
const LOAD_PAUSE_MS = 300;
const LOAD_MS_MAX = 60_000;
const SETTLE_MS_MAX = 60_000;
const INSIGHTS_MS_MAX = 10_000;

export async function startChaos({ seed, lengthMs, note }: ChaosOptions): Promise<Chaos> {
  const disks = await createDisks();
  const noResets = await whyNoResets();
  if (disks.problem !== undefined) note(`*** NOT TESTED here: full disks. ${disks.problem} ***`);
  if (noResets !== undefined) note(`*** NOT TESTED here: cut connections to Postgres and the gateway. ${noResets} ***`);
  const stack = keepStack({ dir: disks.folders.stack, port: await freePorts() });
  const proxy = await startCutProxy(() => stack.ready?.api);
  const { serverKey } = await stack.untilReady().catch(async (error: unknown) => {
    await Promise.all([stack.stop(), proxy.stop()]);
    await disks.remove();
    throw error;
  });
  const book: Book = { http: new Set(), sdk: new Set(), refusals: [] };
  const address = { endpoint: proxy.endpoint, serverKey };
  const traffic = startTraffic({ ...address, journal: disks.folders.journal }, book);
  const { hosts } = traffic;
  const ports: StrikePorts = { stack, hosts, disks, proxy, canReset: noResets === undefined };
  const acknowledged = (): ReadonlySet<string> => new Set([...book.http, ...book.sdk]);
  const faults = new Map<string, Record<Hit, number>>();
  return {
    faults,
    log: () => stack.log(),
    get ready() {
      return stack.ready;
    },
    get starts() {
      return stack.starts;
    },
    async rage() {
      const loads = loadWithoutPause(stack);
      await strikeAll(planFaults(seed, lengthMs), { ports, faults, note });
      await loads.stop();
      await settle({ ports, clients: traffic.clients, acknowledged, note });
    },
    async judge() {
      const ready = await stack.untilReady();
      const stored = await readStored(ready);
      return {
        verdict: judge(acknowledged(), stored),
        complaints: [
          ...book.refusals,
          ...stack.ownEnds,
          ...(await findImbalances(ready)),
          ...(await askInsights(ready)),
        ],
        acknowledged: { http: book.http.size, sdk: book.sdk.size },
        stored: { events: stored.events.length, operations: stored.operations.length },
      };
    },
    async rebuild() {
      const ready = await stack.untilReady();
      await query(ready, 'DROP SCHEMA dataloaf CASCADE');
      // A load with nothing new sends no SQL, so it would not notice.
      await startClient(address, { source: 'http-after', book }).stop();
      await loadAll(stack, performance.now() + SETTLE_MS_MAX);
    },
    async stop() {
      await Promise.all([hosts.stop(), stack.stop(), proxy.stop()]);
      await disks.remove();
    },
  };
}

/** What was acknowledged, by key, and what was refused. */
interface Book {
  readonly http: Set<string>;
  readonly sdk: Set<string>;
  readonly refusals: string[];
}

interface Address {
  readonly endpoint: string;
  readonly serverKey: string;
}

function startClient(address: Address, { source, book }: { readonly source: string; readonly book: Book }): HttpClient {
  return startHttpClient({
    ...address,
    source,
    onAcknowledged: (key) => book.http.add(key),
    onRejected: (message) => book.refusals.push(message),
  });
}

function startTraffic(
  { journal, ...address }: Address & { readonly journal: string },
  book: Book,
): { readonly clients: readonly HttpClient[]; readonly hosts: SdkHosts } {
  const sources = Array.from({ length: HTTP_CLIENTS }, (_, index) => `http-${index}`);
  const hosts = startSdkHosts({
    ...address,
    count: SDK_HOSTS,
    dir: journal,
    onAcknowledged: (key) => book.sdk.add(key),
    onDropped: (message) => book.refusals.push(message),
  });
  return { clients: sources.map((source) => startClient(address, { source, book })), hosts };
}

interface Strikes {
  readonly ports: StrikePorts;
  readonly faults: Map<string, Record<Hit, number>>;
  readonly note: (line: string) => void;
}

async function strikeAll(plan: readonly PlannedFault[], { ports, faults, note }: Strikes): Promise<void> {
  const startedAt = performance.now();
  const running = plan.map(async (planned) => {
    await pause(Math.max(0, planned.atMs - (performance.now() - startedAt)));
    const hit = await strike(planned, ports);
    const name = nameOf(planned.fault);
    const counts = faults.get(name) ?? { hit: 0, missed: 0, skipped: 0 };
    counts[hit] += 1;
    faults.set(name, counts);
    if (hit !== 'skipped')
      note(`${String(planned.atMs).padStart(7)} ms  ${name}${hit === 'missed' ? ' (missed)' : ''}`);
  });
  await Promise.all(running);
}

function loadWithoutPause(stack: KeptStack): { stop(): Promise<void> } {
  let isStopped = false;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await load(stack);
      await pause(LOAD_PAUSE_MS);
    }
  };
  const running = run();
  return {
    stop() {
      isStopped = true;
      return running;
    },
  };
}

/** Returns its outcome; undefined when the stack did not respond. */
async function load({ ready }: KeptStack): Promise<string | undefined> {
  if (ready === undefined) return undefined;
  const answer = await adminRequest(ready.aws, { method: 'POST', path: 'load', timeoutMs: LOAD_MS_MAX }).catch(
    () => undefined,
  );
  return answer === undefined ? undefined : String(answer['outcome']);
}

interface Settling {
  readonly ports: StrikePorts;
  readonly clients: readonly HttpClient[];
  readonly acknowledged: () => ReadonlySet<string>;
  readonly note: (line: string) => void;
}

async function settle({ ports, clients, acknowledged, note }: Settling): Promise<void> {
  const { stack, hosts } = ports;
  const deadline = performance.now() + SETTLE_MS_MAX;
  const { aws } = await stack.untilReady();
  await adminRequest(aws, { method: 'DELETE', path: 'faults', timeoutMs: LOAD_MS_MAX });
  await Promise.all([hosts.stop(), ...clients.map((client) => client.stop())]);
  note('The traffic has ended.');
  const pending = await hosts.deliverTheRest(async () => {
    await load(stack);
    const { lost } = judge(acknowledged(), await readStored(await stack.untilReady()));
    return lost.length === 0 || performance.now() > deadline;
  });
  note(`Delivered the rest; ${pending} bytes are left in the journal.`);
  await loadAll(stack, deadline);
}

async function loadAll(stack: KeptStack, deadline: number): Promise<void> {
  while ((await load(stack)) !== 'nothing_new' && performance.now() < deadline) await pause(LOAD_PAUSE_MS);
}

/** A page that is down loses nothing, but it must come back by itself. */
async function askInsights({ insights }: ReadyLine): Promise<readonly string[]> {
  try {
    const response = await fetch(`${insights}/api/freshness`, { signal: AbortSignal.timeout(INSIGHTS_MS_MAX) });
    return response.ok ? [] : [`Insights responds ${response.status}`];
  } catch (error) {
    return [`Insights does not respond: ${String(error)}`];
  }
}
