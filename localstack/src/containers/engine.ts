/**
 * The Docker engine of this machine. Only this file loads `testcontainers`, and only on the containers back end, so the
 * embedded back end never pays for it.
 */
import { messageOf } from '@dataloaf/core/errors';
import type { ContainerRuntimeClient } from 'testcontainers';
import { within } from '../within.ts';
import { ContainerError } from './container-error.ts';

type Testcontainers = typeof import('testcontainers');

export interface Engine {
  readonly testcontainers: Testcontainers;
  readonly client: ContainerRuntimeClient;
}

/** How long the engine's API may take to respond; a healthy engine needs a tenth of it. */
const ANSWER_MS = 2_000;

const HINT =
  'Start Docker (Docker Desktop, or `systemctl start docker`), or set DOCKER_HOST to a running engine that this user may use. ' +
  'Without Docker, omit --backend containers: the embedded back end does the same and does not need it.';

/** @throws ContainerError `docker_missing` */
export async function connectEngine(): Promise<Engine> {
  const testcontainers = await import('testcontainers');
  return { testcontainers, client: await askEngine(testcontainers) };
}

async function askEngine({ getContainerRuntimeClient }: Testcontainers): Promise<ContainerRuntimeClient> {
  try {
    const client = await within(ANSWER_MS, getContainerRuntimeClient());
    if (client !== undefined) return client;
  } catch (cause) {
    throw new ContainerError('docker_missing', `Expected a Docker engine to respond: ${messageOf(cause)}.`, {
      cause,
      hint: HINT,
    });
  }
  throw new ContainerError('docker_missing', `Expected a Docker engine to respond within ${ANSWER_MS / 1_000} s.`, {
    hint: HINT,
  });
}
