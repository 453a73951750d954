/**
 * The stack's server, restarted after an unexpected end (killed, out of memory, a full disk). It comes back on the same port
 * with the same data, and statements wait for it. A server that does not start, or ends at once, is tried again for as long
 * as the stack runs, with longer and longer pauses: a disk that is full may get room.
 *
 *   running -> (it ends) -> restarting -> running;  both -> (stop) -> stopped
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@dataloaf/core/log';
import { endOrphans } from './leftover.ts';
import { type RunOptions, runServer, type ServerProcess } from './server-process.ts';

const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 5_000;
/** A server that ended sooner has the problem that ended the one before it. */
const SOON_MS = 1_000;
/** As long as statements wait. After it the failure is an error in the log. */
const LATE_MS = 60_000;

export interface KeptServer {
  /** Of the current process. */
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

type RestartLog = Pick<Log, 'warn' | 'error'>;

interface Kept {
  server: ServerProcess;
  readonly stopping: AbortController;
}

/** @throws PostgresError when the first start fails */
export async function keepRunning(options: RunOptions, log: RestartLog): Promise<KeptServer> {
  const kept: Kept = { server: await runServer(options), stopping: new AbortController() };
  const { port } = kept.server;
  const done = keep(kept, { ...options, port }, log);
  return {
    get pid() {
      return kept.server.pid;
    },
    port,
    async stop() {
      kept.stopping.abort();
      await kept.server.stop();
      await done;
    },
  };
}

async function keep(kept: Kept, options: RunOptions, log: RestartLog): Promise<void> {
  const { signal } = kept.stopping;
  for (let failures = 0; ; ) {
    failures = (await endsSoon(kept.server)) ? failures + 1 : 0;
    if (signal.aborted) return;
    log.warn({ pid: kept.server.pid }, 'Postgres ended unexpectedly, restarting it');
    const again = await startAgain(options, { failures, log, signal });
    if (again === undefined) return;
    kept.server = again;
    if (signal.aborted) await again.stop();
  }
}

/** Resolves at its end. */
async function endsSoon(server: ServerProcess): Promise<boolean> {
  const startedAt = performance.now();
  await server.ended;
  return performance.now() - startedAt < SOON_MS;
}

interface Restart {
  /** Servers that ended soon after their start, one after the other. */
  readonly failures: number;
  readonly log: RestartLog;
  readonly signal: AbortSignal;
}

/** Returns undefined when the stack stops meanwhile. */
async function startAgain(options: RunOptions, { failures, log, signal }: Restart): Promise<ServerProcess | undefined> {
  const startedAt = performance.now();
  let isLate = false;
  for (let attempt = failures; !signal.aborted; attempt += 1) {
    await sleep(pauseMs(attempt), undefined, { signal }).catch(() => undefined); // Aborted: the loop ends.
    if (signal.aborted) return undefined;
    endOrphans(options.folder);
    try {
      return await runServer(options);
    } catch (error) {
      if (attempt === failures) log.warn({ err: error }, 'could not restart Postgres yet, retrying');
      if (isLate || performance.now() - startedAt < LATE_MS) continue;
      isLate = true;
      log.error({ err: error }, 'could not restart Postgres, still trying');
    }
  }
  return undefined;
}

/** None before the first attempt. */
const pauseMs = (attempt: number): number =>
  attempt === 0 ? 0 : Math.min(PAUSE_MS_MIN * 2 ** (attempt - 1), PAUSE_MS_MAX);
