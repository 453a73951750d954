/** Creates a data folder with initdb. It is renamed into place when complete, so a killed initdb leaves nothing that starts. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { type DataFolder, giveTo } from './data-folder.ts';
import type { OsUser } from './os-user.ts';
import { PostgresError } from './postgres-error.ts';
import { SERVER_ENV } from './server-env.ts';
import { guardProcess } from './watchdog.ts';

/** Name of the superuser inside Postgres. */
export const SUPERUSER = 'dataloaf';

const INITDB_TIMEOUT_MS = 60_000;

/** C.UTF-8 sorts by bytes, as Redshift does; macOS and old systems have only C. */
const LOCALES = ['C.UTF-8', 'C'];

/** Major version of the data; undefined when there is no data. */
export function dataVersion(folder: DataFolder): number | undefined {
  const file = join(folder.data, 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : undefined;
}

export interface ClusterOptions {
  readonly binaries: Binaries;
  readonly user: OsUser | undefined;
  /** Whether nothing is left of it when this process is killed meanwhile. */
  readonly isEphemeral: boolean;
}

/** @throws PostgresError with the output of initdb */
export async function createCluster(folder: DataFolder, options: ClusterOptions): Promise<void> {
  const { user } = options;
  const passwordFile = join(folder.home, 'password');
  const unfinished = join(folder.home, 'data.new');
  writeFileSync(passwordFile, folder.password, { mode: 0o600 });
  giveTo(user, passwordFile);
  let failure = '';
  try {
    for (const locale of LOCALES) {
      rmSync(unfinished, { recursive: true, force: true });
      makeFolder(unfinished, user);
      const result = await initdb({ ...options, home: folder.home, data: unfinished, passwordFile, locale });
      if (result === 'done') {
        rmSync(folder.data, { recursive: true, force: true });
        renameSync(unfinished, folder.data);
        return;
      }
      failure = result;
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  throw new PostgresError('postgres_initdb', `Expected initdb to create ${folder.data}, it failed with: ${failure}`, {
    hint: 'Check free disk space and the permissions of this folder.',
  });
}

function makeFolder(path: string, user: OsUser | undefined): void {
  mkdirSync(path, { mode: 0o700 });
  giveTo(user, path);
}

interface InitdbOptions extends ClusterOptions {
  readonly home: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly locale: string;
}

/** Returns `done`, or what went wrong. */
async function initdb(options: InitdbOptions): Promise<string> {
  const child = spawn(
    join(options.binaries.bin, 'initdb'),
    [
      '--no-sync',
      '--encoding=UTF8',
      `--locale=${options.locale}`,
      `--username=${SUPERUSER}`,
      // Other users of this machine can also connect to 127.0.0.1, so a password is required.
      '--auth=scram-sha-256',
      `--pwfile=${options.passwordFile}`,
      `--pgdata=${options.data}`,
    ],
    {
      ...options.user,
      cwd: '/',
      env: SERVER_ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: INITDB_TIMEOUT_MS,
    },
  );
  const ended = new Promise<string>((resolve) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-SAID_CHARS_MAX);
    });
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? 'done' : said.trim()));
  });
  guardProcess({ pid: child.pid, ended, removes: options.isEphemeral ? options.home : undefined });
  return ended;
}

/** Of the output of initdb. */
const SAID_CHARS_MAX = 2_000;
