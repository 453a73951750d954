/** LocalStack's free edition. What it holds lives in its memory: a restart loses everything. */
import { messageOf } from '@dataloaf/core/errors';
import { pollUntil } from '../poll-until.ts';
import { ContainerError } from './container-error.ts';
import { type ContainerPorts, type RunningContainer, runContainer } from './run-container.ts';

const PORT = 4566;
/** Behind its ready line, until its first answer. */
const ANSWER_MS = 20_000;
const REQUEST_MS = 5_000;

export interface LocalStackContainer extends RunningContainer {
  /** Where it answers, for any of its services. */
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
      // It calls nobody and resolves no names for others.
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DNS_ADDRESS: '0',
      // Requests of web pages are refused, those for S3 included.
      DISABLE_CUSTOM_CORS_S3: '1',
      DISABLE_CORS_HEADERS: '1',
    },
    readyLine: /Ready\./,
  });
  const url = `http://127.0.0.1:${container.port}`;
  const failure = await pollUntil(ANSWER_MS, () => ask(url));
  if (failure === undefined) return { ...container, url };
  throw new ContainerError('localstack_silent', `Expected LocalStack to answer at ${url}: ${messageOf(failure)}`, {
    cause: failure,
    hint: 'Its port is published on the loopback of the Docker engine, which must run on this machine.',
  });
}

async function ask(url: string): Promise<void> {
  const answer = await fetch(`${url}/_localstack/health`, { signal: AbortSignal.timeout(REQUEST_MS) });
  await answer.arrayBuffer();
  if (!answer.ok) throw new ContainerError('localstack_unwell', `it answered ${answer.status}`);
}
