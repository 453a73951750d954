/** The real AWS clients, pointed at a target. They do not retry, so a case sees the first response. */
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Service } from './services.ts';
import type { Exchange, Target } from './target.ts';

const ignore = (): void => undefined;
/** Enough for every call; a witness that hangs must not block the run. */
const REQUEST_TIMEOUT_MS = 120_000;

const optionsFor = ({ endpoint }: Target) => ({
  maxAttempts: 1,
  requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  // The client would print advice to the console.
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  ...(endpoint === undefined
    ? {}
    : { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
});

export const s3Client = (target: Target, more: Pick<S3ClientConfig, 'requestChecksumCalculation'> = {}): S3Client => {
  const forcePathStyle = target.endpoint !== undefined;
  return watched(new S3Client({ ...optionsFor(target), forcePathStyle, ...more }), target, 's3');
};

export const firehoseClient = (target: Target): FirehoseClient =>
  watched(new FirehoseClient(optionsFor(target)), target, 'firehose');

export const redshiftDataClient = (target: Target): RedshiftDataClient =>
  watched(new RedshiftDataClient(optionsFor(target)), target, 'redshift-data');

export const schedulerClient = (target: Target): SchedulerClient =>
  watched(new SchedulerClient(optionsFor(target)), target, 'scheduler');

export const lambdaClient = (target: Target): LambdaClient =>
  watched(new LambdaClient(optionsFor(target)), target, 'lambda');

/** The part of every client that gives access to its requests and responses. */
interface Watchable {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each client types its stack by its own commands.
    add(middleware: any, options: { step: 'deserialize'; name: string; priority: 'low' }): void;
  };
}

interface WireArguments {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}
interface WireOutput {
  readonly response: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
}

function watched<Client extends Watchable>(client: Client, target: Target, service: Service): Client {
  const { onExchange } = target;
  if (onExchange === undefined) return client;
  const watch =
    (next: (wire: WireArguments) => Promise<WireOutput>) =>
    async (wire: WireArguments): Promise<WireOutput> => {
      const output = await next(wire);
      onExchange(service, exchangeOf(wire, output));
      return output;
    };
  client.middlewareStack.add(watch, { step: 'deserialize', name: 'transcript', priority: 'low' });
  return client;
}

const exchangeOf = ({ request }: WireArguments, { response }: WireOutput): Exchange => ({
  request: { method: request.method, path: request.path, target: request.headers['x-amz-target'] },
  response: { status: response.statusCode, headers: response.headers },
});
