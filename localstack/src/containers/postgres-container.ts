/** Postgres in a container, with the settings of our own server process. Its data is lost with the container. */
import { randomBytes } from 'node:crypto';
import { messageOf } from '@dataloaf/core/errors';
import { pollUntil } from '../poll-until.ts';
import { askServer } from '../postgres/ask-server.ts';
import { SUPERUSER } from '../postgres/cluster.ts';
import { SERVER_SETTINGS } from '../postgres/server-settings.ts';
import { ContainerError } from './container-error.ts';
import { type ContainerPorts, type RunningContainer, runContainer } from './run-container.ts';

const PORT = 5432;
/** From the first ready line, which the official image also writes for its temporary setup server, to the first response. */
const ANSWER_MS = 30_000;

export interface PostgresContainer extends RunningContainer {
  /** Address of the database `postgres`, with superuser and password. */
  readonly url: string;
  readonly version: string;
}

/** The caller removes it with `removeOwn`. @throws ContainerError */
export async function startPostgresContainer(ports: ContainerPorts, image: string): Promise<PostgresContainer> {
  const password = randomBytes(24).toString('hex');
  const container = await runContainer(ports, {
    name: 'Postgres',
    image,
    imageVariable: 'DATALOAF_POSTGRES_IMAGE',
    port: PORT,
    environment: {
      POSTGRES_USER: SUPERUSER,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: 'postgres',
      // Sorts by bytes, as Redshift does.
      POSTGRES_INITDB_ARGS: '--no-sync --encoding=UTF8 --locale=C.UTF-8',
    },
    command: ['postgres', ...SERVER_SETTINGS.flatMap((setting) => ['-c', setting])],
    readyLine: /database system is ready to accept connections/,
  });
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${container.port}/postgres`;
  let version = '';
  const failure = await pollUntil(ANSWER_MS, async () => {
    version = (await askServer(url)).version;
  });
  if (failure === undefined) return { ...container, url, version };
  throw new ContainerError(
    'postgres_silent',
    `Expected Postgres to respond on port ${container.port}: ${messageOf(failure)}`,
    {
      cause: failure,
      hint: 'The Docker engine must run on this machine: it publishes the port on its own loopback address.',
    },
  );
}
