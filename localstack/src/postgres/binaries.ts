/** Finds the Postgres servers of this machine, best first: installed ones, newest first, then the npm package's. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedPackage, prepareEmbedded } from './embedded.ts';
import type { OsUser } from './os-user.ts';
import { canReach } from './os-user.ts';
import { PostgresError } from './postgres-error.ts';

export type PostgresSource = 'system' | 'embedded';

export interface Binaries {
  readonly source: PostgresSource;
  /** Folder that holds `postgres` and `initdb`. */
  readonly bin: string;
  /** Major version, as in the file PG_VERSION of a data folder. */
  readonly major: number;
}

export interface FindOptions {
  readonly user: OsUser | undefined;
  /** Only this source; both when undefined. */
  readonly source: PostgresSource | undefined;
  /** Where the npm package's files may be copied to when they cannot run in place. */
  readonly copyTo: string;
}

/** SUPER is emulated with jsonb subscripts, which Postgres has since version 14. */
const MAJOR_MIN = 14;

/** Usable servers, best first. @throws PostgresError when there is none */
export function findBinaries(options: FindOptions): readonly Binaries[] {
  const found: Binaries[] = options.source === 'embedded' ? [] : [...systemBinaries(options)];
  // When the caller asked for the system's server, there is no substitute.
  if (found.length === 0 && options.source !== 'system') found.push(...embeddedBinaries(options));
  if (found.length === 0) {
    throw new PostgresError(
      'postgres_missing',
      `Expected Postgres ${MAJOR_MIN} or newer on this machine, found none.`,
      {
        hint:
          'Run `npm ci` again (Postgres is an optional package), or install it (`apt-get install postgresql`, ' +
          '`brew install postgresql`), or set DATALOAF_PG_URL to a superuser of a running server.',
      },
    );
  }
  return found;
}

/** The npm package's server, when installed. A data folder that it created needs it, even when the system has another. */
export function embeddedBinaries(options: FindOptions): readonly Binaries[] {
  const root = embeddedPackage();
  if (root === undefined) return [];
  const bin = prepareEmbedded({ root, user: options.user, copyTo: options.copyTo });
  const major = majorVersion(bin);
  return major === undefined ? [] : [{ source: 'embedded', bin, major }];
}

function systemBinaries(options: FindOptions): readonly Binaries[] {
  const folders = [
    ...versionFolders('/usr/lib/postgresql', 'bin'),
    ...pathFolder(),
    ...versionFolders('/opt/homebrew/opt', 'bin', 'postgresql'),
    ...versionFolders('/usr/local/opt', 'bin', 'postgresql'),
  ];
  const found: Binaries[] = [];
  for (const bin of new Set(folders)) {
    if (!existsSync(join(bin, 'postgres')) || !existsSync(join(bin, 'initdb')) || !canReach(options.user, bin))
      continue;
    const major = majorVersion(bin);
    if (major !== undefined && major >= MAJOR_MIN) found.push({ source: 'system', bin, major });
  }
  return found;
}

/** The server that the shell finds in the PATH of this process. */
function pathFolder(): readonly string[] {
  try {
    const found = execFileSync('/bin/sh', ['-c', 'command -v postgres'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [dirname(realpathSync(found.trim()))];
  } catch {
    // The shell exits with 127 when there is none.
    return [];
  }
}

/** `<parent>/<version>/<leaf>`, newest version first. */
function versionFolders(parent: string, leaf: string, prefix = ''): readonly string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => versionOf(b) - versionOf(a))
    .map((name) => join(parent, name, leaf));
}

const versionOf = (name: string): number => Number(/(\d+)$/.exec(name)?.[1] ?? 0);

function majorVersion(bin: string): number | undefined {
  try {
    const text = execFileSync(join(bin, 'postgres'), ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    });
    const major = /(\d+)/.exec(text)?.[1];
    return major === undefined ? undefined : Number(major);
  } catch {
    // Binaries that cannot print their version (wrong platform, missing library) are as good as absent.
    return undefined;
  }
}
