/**
 * LocalStack's S3 and a Postgres, both in containers. Their data is lost with them, so every stack on this back end starts
 * empty. Only records that Firehose has acknowledged and not yet delivered are on disk; the next start delivers them.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@dataloaf/core/log';
import { connectEngine } from '../../containers/engine.ts';
import { type ContainersEnv, readContainersEnv } from '../../containers/env.ts';
import { LocalStackBuckets } from '../../containers/localstack-buckets.ts';
import { startLocalStack } from '../../containers/localstack-container.ts';
import { LocalStackS3 } from '../../containers/localstack-s3.ts';
import { removeLeftovers, removeOwn } from '../../containers/ownership.ts';
import { startPostgresContainer } from '../../containers/postgres-container.ts';
import type { ContainerPorts } from '../../containers/run-container.ts';
import { within } from '../../within.ts';
import type { Backend } from './backend.ts';

export interface ContainersOptions {
  /** The stack's folder, absolute. */
  readonly dir: string;
  readonly log: Log;
  /** Aborts the start and removes the containers that it has created. */
  readonly signal?: AbortSignal | undefined;
}

/** A separate folder, so that the two back ends can use one data folder in turn without mixing their data. */
const FOLDER = 'containers';
/** Ten times what creating a container takes; the whole stack has 4 s to stop. */
const SETTLE_MS = 1_500;

/** @throws ContainerError */
export async function startContainers(options: ContainersOptions): Promise<Backend> {
  const { dir, log, signal } = options;
  const engine = await connectEngine();
  await removeLeftovers(engine, log);
  const ports = { engine, dir, log };
  const starting = startBoth(ports, readContainersEnv());
  try {
    const started = await orAborted(starting, signal);
    const dataDir = join(dir, FOLDER);
    // Records of statements in a database that is gone.
    await rm(join(dataDir, 'redshift-data'), { recursive: true, force: true });
    return describeBackend(started, { ports, dataDir });
  } catch (error) {
    await removeOwn(engine, dir);
    // A container that was being created appears now, unless it is waiting for its image.
    await within(SETTLE_MS, Promise.allSettled([starting]));
    await removeOwn(engine, dir);
    throw error;
  }
}

/** Throws only after both have settled, so that no container is still being created while the others are removed. */
async function startBoth(ports: ContainerPorts, env: ContainersEnv) {
  const both = [
    startLocalStack(ports, env.DATALOAF_LOCALSTACK_IMAGE),
    startPostgresContainer(ports, env.DATALOAF_POSTGRES_IMAGE),
  ] as const;
  await Promise.allSettled(both);
  const [localStack, postgres] = await Promise.all(both);
  return { localStack, postgres };
}

type Started = Awaited<ReturnType<typeof startBoth>>;

function describeBackend({ localStack, postgres }: Started, at: { ports: ContainerPorts; dataDir: string }): Backend {
  const { engine, dir, log } = at.ports;
  const buckets = new LocalStackBuckets(localStack.url, log);
  const stop = async (): Promise<void> => {
    buckets.stop();
    await removeOwn(engine, dir);
  };
  return {
    name: 'containers',
    dir: at.dataDir,
    postgres: {
      url: postgres.url,
      version: postgres.version,
      source: 'container',
      pid: undefined,
      rebuilt: undefined,
      stop: async () => undefined,
    },
    lost: buckets.lost,
    openStorage: async ({ faults }) => new LocalStackS3({ url: localStack.url, buckets, faults }),
    stop,
  };
}

/** A pull may take minutes and cannot be aborted, so an aborted start does not wait for it. */
async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  signal.throwIfAborted();
  return Promise.race([work, aborted]);
}
