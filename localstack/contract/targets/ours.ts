/**
 * The local AWS with everything that the cases need, on either back end. It starts with the steps of a stack; the probe is
 * the code of its functions, and it has streams, a schedule and routes of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog, type Log } from '@dataloaf/core/log';
import type { FunctionName, RouteSpec, ScheduleSpec, StreamSpec } from '@dataloaf/infra/deployment';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import type { LambdaFunction } from '../../src/aws/lambda/runner.ts';
import { parseDuration } from '../../src/duration.ts';
import {
  type AwsResources,
  FIREHOSE,
  GATEWAY,
  HTTP_API,
  LAMBDA,
  S3,
  SCHEDULER,
  WAREHOUSE,
} from '../../src/stack/aws-steps.ts';
import type { Backend, BackendName } from '../../src/stack/backends/backend.ts';
import { startBackend } from '../../src/stack/backends/start-backend.ts';
import { type Step, sequence } from '../../src/stack/steps.ts';
import { TIMED_PREFIX } from '../cases/firehose-ports.ts';
import type { Target } from '../target.ts';
import type { RunningTarget } from './running-target.ts';

const PROBE = fileURLToPath(new URL('../probe/probe-function.mjs', import.meta.url));
const BUCKET = 'contract-delivered';
const INTERVAL_SECONDS = 60;

const aStream = (name: string, prefix: string): StreamSpec => ({
  stream: 'events',
  name,
  bucket: BUCKET,
  prefix,
  errorPrefix: 'errors/!{firehose:error-output-type}/',
  bufferSeconds: INTERVAL_SECONDS,
  bufferMb: 1,
  compression: 'GZIP',
});

/** With the name of a deployed function and the code of the probe. */
const aFunction = (
  name: FunctionName,
  limits: { timeoutSeconds: number; reservedConcurrency?: number },
): LambdaFunction => ({
  bundle: PROBE,
  spec: {
    name,
    deployedName: name,
    role: name,
    warehouse: 'none',
    invokes: [],
    entry: 'none',
    memoryMb: 256,
    environment: {},
    timeoutSeconds: limits.timeoutSeconds,
    reservedConcurrency: limits.reservedConcurrency,
  },
});

const STREAMS = [aStream('contract', TIMED_PREFIX), aStream('contract-plain', 'plain/')];
const FUNCTIONS = [
  aFunction('ingest', { timeoutSeconds: 29 }),
  aFunction('merge', { timeoutSeconds: 1, reservedConcurrency: 1 }),
  // A single instance, because it keeps the events that it receives.
  aFunction('loader', { timeoutSeconds: 29, reservedConcurrency: 1 }),
];
const SCHEDULES: readonly ScheduleSpec[] = [{ name: 'contract', function: 'loader', rateSeconds: 180 }];
const ROUTES: readonly RouteSpec[] = [
  { method: 'GET', path: '/probe', function: 'ingest' },
  { method: 'POST', path: '/probe', function: 'ingest' },
  { method: 'GET', path: '/probe/{id}', function: 'ingest' },
  { method: 'GET', path: '/probe/fixed', function: 'ingest' },
];

interface OursInput {
  readonly backendName: BackendName;
  readonly log: Log;
  readonly ports: { readonly aws: number; readonly api: number };
  readonly resources: AwsResources;
  readonly functions: readonly LambdaFunction[];
}

const FOLDER: Step<OursInput, { readonly dir: string }> = {
  name: 'folder',
  start: async () => ({ dir: await mkdtemp(join(tmpdir(), 'dataloaf-contract-')) }),
  stop: ({ dir }) => rm(dir, { recursive: true, force: true }),
};

const BACKEND: Step<OursInput & { readonly dir: string }, { readonly backend: Backend }> = {
  name: 'back end',
  start: async ({ backendName, dir, log }) => ({
    backend: await startBackend(backendName, { dir, log, isEphemeral: true }),
  }),
  stop: ({ backend }) => backend.stop(),
};

const STEPS = sequence<OursInput>()
  .step(FOLDER)
  .step(BACKEND)
  .step(GATEWAY)
  .step(S3)
  .step(FIREHOSE)
  .step(WAREHOUSE)
  .step(LAMBDA)
  .step(SCHEDULER)
  .step(HTTP_API);

export async function startOurs(backendName: BackendName): Promise<RunningTarget> {
  const { have, stop } = await STEPS.start({
    backendName,
    log: createLog({ name: 'contract', level: 'silent' }),
    ports: { aws: 0, api: 0 },
    resources: { buckets: [BUCKET], streams: STREAMS, schedules: SCHEDULES, routes: ROUTES, callers: [] },
    functions: FUNCTIONS,
  });
  const advance = async (duration: string): Promise<void> => have.clock.advance(parseDuration(duration) ?? 0);
  const target: Target = {
    name: backendName,
    endpoint: have.gateway.url,
    firehose: {
      bucket: BUCKET,
      stream: 'contract',
      plainStream: 'contract-plain',
      settle: () => advance(`${INTERVAL_SECONDS}s`),
    },
    warehouse: {
      workgroup: LOCAL_WORKGROUP,
      database: LOCAL_DATABASE,
      copyRole: 'arn:aws:iam::000000000000:role/contract',
    },
    schedule: { name: 'contract', advance },
    functions: { probe: 'ingest', slow: 'merge', scheduled: 'loader' },
    httpApi: have.httpApi.url,
  };
  return { target, stop };
}
