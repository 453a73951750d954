/** Lets one planned fault happen. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadyLine } from '@dataloaf/core/stack-file';
import pg from 'pg';
import type { CutProxy } from './cut-proxy.ts';
import type { Disks } from './disks.ts';
import type { KeptStack } from './kept-stack.ts';
import type { Fault, PlannedFault, Victim } from './plan.ts';
import { processesOf } from './processes.ts';
import { resetConnections } from './reset-connections.ts';
import type { SdkHosts } from './sdk-hosts.ts';

export interface StrikePorts {
  readonly stack: KeptStack;
  readonly hosts: SdkHosts;
  readonly disks: Disks;
  readonly proxy: CutProxy;
  readonly canReset: boolean;
}

/** `missed`: there was nothing to hit at that moment. `skipped`: this machine cannot do it. */
export type Hit = 'hit' | 'missed' | 'skipped';

const RULE_MS = 2_000;

/** Resolves when the fault is over: at once, or when a disk has room again. */
export async function strike({ fault, pick }: PlannedFault, ports: StrikePorts): Promise<Hit> {
  const { stack, disks, proxy, canReset } = ports;
  switch (fault.kind) {
    case 'kill':
      return kill(choose(victims(fault.victim, ports), pick));
    case 'end session':
      return stack.ready === undefined ? 'missed' : endSession(fault.how, stack.ready, pick);
    case 'full disk':
      if (disks.problem !== undefined) return 'skipped';
      await disks.fill(fault.disk);
      await pause(fault.ms);
      await disks.free(fault.disk);
      return 'hit';
    case 'cut':
      if (fault.connection === 'api') return proxy.cut() > 0 ? 'hit' : 'missed';
      if (!canReset) return 'skipped';
      return stack.ready === undefined ? 'missed' : cut(fault.connection, stack.ready);
    case 'rule':
      return stack.ready === undefined ? 'missed' : addRule(fault, stack.ready);
  }
}

function victims(victim: Victim, { stack, hosts, disks }: StrikePorts): readonly number[] {
  if (victim === 'sdk host') return hosts.pids();
  return processesOf(victim, { launcher: stack.launcher, postgresHome: disks.folders.postgres });
}

const choose = (pids: readonly number[], pick: number): number | undefined => pids[Math.floor(pick * pids.length)];

function kill(pid: number | undefined): Hit {
  if (pid === undefined) return 'missed';
  try {
    process.kill(pid, 'SIGKILL');
    return 'hit';
  } catch {
    return 'missed'; // It ended since we saw it.
  }
}

/** Sessions that run a statement first: they are what a load or a merge is doing. */
async function endSession(how: 'terminate' | 'cancel', { postgres }: ReadyLine, pick: number): Promise<Hit> {
  const client = new pg.Client({ connectionString: postgres });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number; state: string }>(
      `SELECT pid, state FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    const busy = rows.filter(({ state }) => state !== 'idle');
    const pid = choose(
      (busy.length > 0 ? busy : rows).map((row) => row.pid),
      pick,
    );
    if (pid === undefined) return 'missed';
    await client.query(`SELECT pg_${how}_backend($1)`, [pid]);
    return 'hit';
  } catch {
    return 'missed'; // Postgres is away too.
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function cut(connection: 'postgres' | 'gateway', { postgres, aws }: ReadyLine): Promise<Hit> {
  await resetConnections(Number(new URL(connection === 'postgres' ? postgres : aws).port));
  return 'hit';
}

async function addRule({ rule }: Extract<Fault, { kind: 'rule' }>, { aws }: ReadyLine): Promise<Hit> {
  try {
    await adminRequest(aws, { method: 'POST', path: 'faults', body: [rule], timeoutMs: RULE_MS });
    return 'hit';
  } catch {
    return 'missed'; // The stack ended since we saw it.
  }
}

export interface AdminRequest {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs: number;
}

/** @throws when the stack does not respond in time */
export async function adminRequest(aws: string, request: AdminRequest): Promise<Readonly<Record<string, unknown>>> {
  const { method, path, body, timeoutMs } = request;
  const response = await fetch(`${aws}/_dataloaf/${path}`, {
    method,
    headers: { 'x-dataloaf-admin': '1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return Object(await response.json());
}
