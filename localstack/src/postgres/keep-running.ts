/**
 * The stack's server, started again when it ended without being asked to (killed, out of memory). It comes back on the
 * same port and data; whoever has statements waits for it. One that keeps ending is left alone, and said so.
 *
 *   running -> (it ends) -> starting again -> running | given up;  running -> (stop) -> stopped
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@dataloaf/core/log';
import { type RunOptions, runServer, type ServerProcess } from './server-process.ts';

/** As long as statements wait. Children of a killed server hold its memory for a moment, during which no other starts. */
const START_AGAIN_MS = 60_000;
const ATTEMPT_PAUSE_MS = 250;
/** One that ends this often in the life of a stack has a reason that a start does not mend. */
const RESTARTS_MAX = 20;

export interface KeptServer {
  /** Of the present process. */
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws PostgresError when it does not start the first time */
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
    if (restarts > RESTARTS_MAX) return log.error({ restarts }, 'gave up a Postgres that keeps ending');
    log.warn({ pid: server.pid }, 'lost Postgres, starting it again');
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
      if (failure === undefined) log.warn({ err: error }, 'could not start Postgres again yet');
      failure = error;
      await sleep(ATTEMPT_PAUSE_MS);
    }
  }
  if (!isStopped()) log.error({ err: failure }, 'could not start Postgres again');
  return undefined;
}
