/**
 * Gives the stack a Postgres: the one that the developer names, else a process of our own on this stack's data. The data
 * is derived (S3 is the log), so data of another major version is thrown away and reported, not migrated.
 */
import { rmSync } from 'node:fs';
import type { Log } from '@dataloaf/core/log';
import { askServer } from './ask-server.ts';
import { type Binaries, embeddedBinaries, type FindOptions, findBinaries, type PostgresSource } from './binaries.ts';
import { createCluster, dataVersion, SUPERUSER } from './cluster.ts';
import { type DataFolder, openDataFolder, removeDataFolder } from './data-folder.ts';
import { keepRunning } from './keep-running.ts';
import { stopLeftover } from './leftover.ts';
import { serverUser } from './os-user.ts';
import { PostgresError } from './postgres-error.ts';

export interface PostgresOptions {
  /** The stack's own folder; files go below its `postgres/`. No other stack may run on it. */
  readonly dir: string;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Address of a running server with a superuser (`DATALOAF_PG_URL`), which is used instead of an own process. */
  readonly url?: string | undefined;
  /** Only the system's or only the npm package's server. @default both, the system's first */
  readonly source?: PostgresSource | undefined;
  /** Removes the data at the end. @default false */
  readonly ephemeral?: boolean | undefined;
}

export interface Postgres {
  /** Address with superuser and password, of the database `postgres` unless the developer named one. */
  readonly url: string;
  /** As the server tells it, for example `15.18`. */
  readonly version: string;
  readonly source: PostgresSource | 'external' | 'container';
  /** Of the present process; undefined for a server that is none of this stack. */
  readonly pid: number | undefined;
  /** Why the data of an earlier start is gone: everything must be loaded from S3 again. Undefined when it is there. */
  readonly rebuilt: { readonly reason: string } | undefined;
  stop(): Promise<void>;
}

/** @throws PostgresError with a hint */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  if (options.url !== undefined) return await useExternal(options.url);
  const user = serverUser();
  const folder = openDataFolder(options.dir, user);
  if (await stopLeftover(folder))
    options.log.warn({ data: folder.data }, 'stopped a Postgres that its stack left behind');
  const find: FindOptions = { user, source: options.source, copyTo: folder.home };
  const { binaries, rebuilt } = chooseBinaries(folder, find);
  if (dataVersion(folder) === undefined) createCluster(folder, binaries, user);
  const server = await keepRunning({ folder, binaries, user, isEphemeral: options.ephemeral === true }, options.log);
  const url = `postgres://${SUPERUSER}:${folder.password}@127.0.0.1:${server.port}/postgres`;
  const stop = async (): Promise<void> => {
    await server.stop();
    if (options.ephemeral === true) removeDataFolder(folder);
  };
  try {
    const { version } = await askServer(url);
    options.log.info({ version, source: binaries.source, data: folder.data }, 'started Postgres');
    return {
      url,
      version,
      source: binaries.source,
      get pid() {
        return server.pid;
      },
      rebuilt,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Data chooses its server where it can; where no server fits it, the data goes. */
function chooseBinaries(
  folder: DataFolder,
  find: FindOptions,
): { readonly binaries: Binaries; readonly rebuilt: Postgres['rebuilt'] } {
  const found = findBinaries(find);
  const [best] = found;
  if (best === undefined) throw new PostgresError('postgres_missing', 'Expected a Postgres, found none.');
  const major = dataVersion(folder);
  if (major === undefined) {
    return { binaries: best, rebuilt: folder.isLost ? { reason: `The data in ${folder.data} is gone.` } : undefined };
  }
  const fitting = (list: readonly Binaries[]): Binaries | undefined => list.find((one) => one.major === major);
  const match = fitting(found) ?? (find.source === undefined ? fitting(embeddedBinaries(find)) : undefined);
  if (match !== undefined) return { binaries: match, rebuilt: undefined };
  rmSync(folder.data, { recursive: true, force: true });
  return {
    binaries: best,
    rebuilt: { reason: `The data was of Postgres ${major}, this machine now has ${best.major}.` },
  };
}

async function useExternal(url: string): Promise<Postgres> {
  const { version, isSuperuser } = await askServer(url);
  if (!isSuperuser) {
    throw new PostgresError('postgres_not_superuser', 'Expected DATALOAF_PG_URL to name a superuser, it does not.', {
      hint: 'The stand-in for Redshift creates databases, casts and functions: use a superuser of a throw-away server.',
    });
  }
  return { url, version, source: 'external', pid: undefined, rebuilt: undefined, stop: async () => undefined };
}
