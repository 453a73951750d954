/**
 * Starts the stack's Postgres: the server that the developer named, or else our own process on this stack's data. All data
 * can be reloaded from S3, so data of another major version is deleted and reported, not migrated.
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
  /** Address of a running server with a superuser (`DATALOAF_PG_URL`), to use instead of our own process. */
  readonly url?: string | undefined;
  /** Only the system's or only the npm package's server. @default both, the system's first */
  readonly source?: PostgresSource | undefined;
  /** Removes the data at the end. @default false */
  readonly ephemeral?: boolean | undefined;
}

export interface Postgres {
  /** Address with superuser and password, of the database `postgres` unless the developer named one. */
  readonly url: string;
  /** As the server reports it, for example `15.18`. */
  readonly version: string;
  readonly source: PostgresSource | 'external' | 'container';
  /** Of the current process; undefined for a server that this stack did not start. */
  readonly pid: number | undefined;
  /** Why the data of an earlier start is gone, so that everything is reloaded from S3. Undefined when it is not. */
  readonly rebuilt: { readonly reason: string } | undefined;
  stop(): Promise<void>;
}

/** @throws PostgresError with a hint */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  if (options.url !== undefined) return await useExternal(options.url);
  const user = serverUser();
  const folder = openDataFolder(options.dir, user);
  if (await stopLeftover(folder))
    options.log.warn({ data: folder.data }, 'stopped a Postgres that a killed stack left running');
  const find: FindOptions = { user, source: options.source, copyTo: folder.home };
  const { binaries, rebuilt } = chooseBinaries(folder, find);
  const isEphemeral = options.ephemeral === true;
  if (dataVersion(folder) === undefined) await createCluster(folder, { binaries, user, isEphemeral });
  const server = await keepRunning({ folder, binaries, user, isEphemeral }, options.log);
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

/** Existing data decides which server runs. When no server fits the data, the data is deleted. */
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
    rebuilt: { reason: `The data is from Postgres ${major}, but this machine now has ${best.major}.` },
  };
}

async function useExternal(url: string): Promise<Postgres> {
  const { version, isSuperuser } = await askServer(url);
  if (!isSuperuser) {
    throw new PostgresError('postgres_not_superuser', 'Expected DATALOAF_PG_URL to name a superuser, it does not.', {
      hint: 'The local warehouse creates databases, casts and functions. Use a superuser on a server that you can throw away.',
    });
  }
  return { url, version, source: 'external', pid: undefined, rebuilt: undefined, stop: async () => undefined };
}
