/**
 * The stack's server, restarted after an unexpected end (killed, out of memory). It comes back on the same port with the same
 * data, and statements wait for it. A server that keeps ending is given up, which is logged.
 *
 *   running -> (it ends) -> restarting -> running | given up;  running -> (stop) -> stopped
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@dataloaf/core/log';
import { type RunOptions, runServer, type ServerProcess } from './server-process.ts';

/** As long as statements wait. Children of a killed server briefly hold its shared memory; no server can start meanwhile. */
const START_AGAIN_MS = 60_000;
const ATTEMPT_PAUSE_MS = 250;
/** A server that ends this often in the life of a stack has a problem that a restart does not fix. */
const RESTARTS_MAX = 20;

export interface KeptServer {
  /** Of the current process. */
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws PostgresError when the first start fails */
export async function keepRunning(options: RunOptions, log: Pick<Log, 'warn' | 'error'>): Promise<KeptServer> {
  let server = await runServer(options);
  const { port } = server;
  let isStopped = false;
  let restarts = 0;
  let restarting: Promise<void> | undefined;

  const watch = (): void => {
    void server.ended.then(() => {
      if (!isStopped) restarting = restart();
    });
  };
  const restart = async (): Promise<void> => {
    restarts += 1;
    if (restarts > RESTARTS_MAX) return log.error({ restarts }, 'Postgres keeps ending, giving up');
    log.warn({ pid: server.pid }, 'Postgres ended unexpectedly, restarting it');
    const again = await startAgain({ ...options, port }, () => isStopped, log);
    if (again === undefined) return;
    server = again;
    if (isStopped) await server.stop();
    else watch();
  };
  watch();
  return {
    get pid() {
      return server.pid;
    },
    port,
    async stop() {
      isStopped = true;
      await restarting;
      await server.stop();
    },
  };
}

async function startAgain(
  options: RunOptions,
  isStopped: () => boolean,
  log: Pick<Log, 'warn' | 'error'>,
): Promise<ServerProcess | undefined> {
  const deadline = performance.now() + START_AGAIN_MS;
  let failure: unknown;
  while (!isStopped() && performance.now() < deadline) {
    try {
      return await runServer(options);
    } catch (error) {
      if (failure === undefined) log.warn({ err: error }, 'could not restart Postgres yet, retrying');
      failure = error;
      await sleep(ATTEMPT_PAUSE_MS);
    }
  }
  if (!isStopped()) log.error({ err: failure }, 'could not restart Postgres');
  return undefined;
}
