/** LocalStack's free edition in a container. It keeps its data in memory, so a restart loses everything. */
import { messageOf } from '@dataloaf/core/errors';
import { pollUntil } from '../poll-until.ts';
import { ContainerError } from './container-error.ts';
import { type ContainerPorts, type RunningContainer, runContainer } from './run-container.ts';

const PORT = 4566;
/** From its ready line to its first response. */
const ANSWER_MS = 20_000;
const REQUEST_MS = 5_000;

export interface LocalStackContainer extends RunningContainer {
  /** Its address, for all of its services. */
  readonly url: string;
}

/** The caller removes it with `removeOwn`. @throws ContainerError */
export async function startLocalStack(ports: ContainerPorts, image: string): Promise<LocalStackContainer> {
  const container = await runContainer(ports, {
    name: 'LocalStack',
    image,
    imageVariable: 'DATALOAF_LOCALSTACK_IMAGE',
    port: PORT,
    environment: {
      // No calls home, and no DNS server for others.
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DNS_ADDRESS: '0',
      // Refuses requests from web pages, including those for S3.
      DISABLE_CUSTOM_CORS_S3: '1',
      DISABLE_CORS_HEADERS: '1',
    },
    readyLine: /Ready\./,
  });
  const url = `http://127.0.0.1:${container.port}`;
  const failure = await pollUntil(ANSWER_MS, () => ask(url));
  if (failure === undefined) return { ...container, url };
  throw new ContainerError('localstack_silent', `Expected LocalStack to respond at ${url}: ${messageOf(failure)}`, {
    cause: failure,
    hint: 'The Docker engine must run on this machine: it publishes the port on its own loopback address.',
  });
}

async function ask(url: string): Promise<void> {
  const answer = await fetch(`${url}/_localstack/health`, { signal: AbortSignal.timeout(REQUEST_MS) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new ContainerError('localstack_unwell', `status ${answer.status}`);
}
