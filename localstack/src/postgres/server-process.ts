/**
 * One running server: started outside the terminal's process group (Ctrl-C must not reach it before the stack has finished
 * its work), awaited, stopped. A watchdog stops it when this process is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { Binaries } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';
import type { OsUser } from './os-user.ts';
import { PostgresError } from './postgres-error.ts';
import { SERVER_ENV } from './server-env.ts';
import { SERVER_SETTINGS } from './server-settings.ts';
import { guardProcess } from './watchdog.ts';

const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 20;
/** A fast shutdown takes 0.1 s; the whole stack has 5 s to stop. */
const INTERRUPT_TIMEOUT_MS = 3_000;
const QUIT_TIMEOUT_MS = 1_500;
/** Another program may take the free port before Postgres does. */
const PORT_ATTEMPTS = 3;

/** Reachable over TCP from this machine only. */
const OWN_SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];

export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process has ended, for any reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly folder: DataFolder;
  readonly binaries: Binaries;
  readonly user: OsUser | undefined;
  readonly isEphemeral: boolean;
  /** @default a free one */
  readonly port?: number;
}

/** @throws PostgresError with the tail of the server's log */
export async function runServer(options: RunOptions): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const server = spawnServer(options, port);
    const ended = new Promise<void>((resolve) => {
      server.once('exit', () => resolve());
      server.once('error', () => resolve());
    });
    // From its first moment: this process may be killed before the server is ready.
    guardProcess({ pid: server.pid, ended, removes: options.isEphemeral ? options.folder.home : undefined });
    const outcome = await waitUntilReady(options.folder, { server, ended });
    if (outcome === 'ready' && server.pid !== undefined) {
      return { pid: server.pid, port, ended, stop: () => endProcess(server, ended) };
    }
    await endProcess(server, ended);
    const tail = logTail(options.folder);
    if (attempt < PORT_ATTEMPTS && tail.includes('could not bind')) continue;
    throw new PostgresError(
      'postgres_start',
      `Expected Postgres to start, it ${outcome}. Its log ends with:\n${tail}`,
      {
        hint: `Remove ${options.folder.home} and start again: all data is reloaded from S3.`,
      },
    );
  }
}

/** Last lines of the server's log. */
export function logTail(folder: DataFolder): string {
  const file = logFile(folder);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-20).join('\n').trim() : '(no log)';
}

const logFile = (folder: DataFolder): string => join(folder.home, 'server.log');

function spawnServer(options: RunOptions, port: number): ChildProcess {
  const log = openSync(logFile(options.folder), 'w', 0o600);
  const settings = [...SERVER_SETTINGS, ...OWN_SETTINGS, `port=${port}`].flatMap((setting) => ['-c', setting]);
  const server = spawn(join(options.binaries.bin, 'postgres'), ['-D', options.folder.data, ...settings], {
    ...options.user,
    cwd: '/',
    env: SERVER_ENV,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server.unref();
  return server;
}

interface Running {
  readonly server: ChildProcess;
  readonly ended: Promise<void>;
}

async function waitUntilReady(folder: DataFolder, running: Running): Promise<string> {
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
  });
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += READY_POLL_MS) {
    if (hasEnded) return `ended with code ${running.server.exitCode}`;
    if (isReady(folder, running.server.pid)) return 'ready';
    await sleep(READY_POLL_MS);
  }
  return `was not ready after ${READY_TIMEOUT_MS / 1000} s`;
}

/** The server writes its pid in the first and its state in the eighth line of postmaster.pid. */
function isReady(folder: DataFolder, pid: number | undefined): boolean {
  const file = join(folder.data, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines[0] === String(pid) && (lines[7] ?? '').trim() === 'ready';
}

async function endProcess(server: ChildProcess, ended: Promise<void>): Promise<void> {
  server.kill('SIGINT');
  if (await endsWithin(ended, INTERRUPT_TIMEOUT_MS)) return;
  server.kill('SIGQUIT');
  if (await endsWithin(ended, QUIT_TIMEOUT_MS)) return;
  server.kill('SIGKILL');
  await ended;
}

async function endsWithin(ended: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const result = await Promise.race([ended.then(() => true), late]);
  timer.abort();
  return result;
}
