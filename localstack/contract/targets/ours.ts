/**
 * The local AWS with everything that the cases need, on either back end: the same services behind the same gateway as in a
 * stack, with the probe as the code of its functions and streams, schedule and routes of its own.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@dataloaf/core/log';
import type { FunctionName, RouteSpec, ScheduleSpec, StreamSpec } from '@dataloaf/infra/deployment';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import { createS3Client } from '../../src/aws/clients.ts';
import { FirehoseService } from '../../src/aws/firehose/api.ts';
import { Gateway } from '../../src/aws/gateway.ts';
import { HttpApi } from '../../src/aws/http-api/api.ts';
import { LambdaApi } from '../../src/aws/lambda/api.ts';
import { type LambdaFunction, LambdaRunner } from '../../src/aws/lambda/runner.ts';
import { SchedulerApi } from '../../src/aws/scheduler/api.ts';
import { Scheduler } from '../../src/aws/scheduler/scheduler.ts';
import { Clock } from '../../src/clock.ts';
import { parseDuration } from '../../src/duration.ts';
import { Faults } from '../../src/faults.ts';
import type { Backend, BackendName } from '../../src/stack/backends/backend.ts';
import { startBackend } from '../../src/stack/backends/start-backend.ts';
import { startWarehouse } from '../../src/stack/warehouse.ts';
import { TIMED_PREFIX } from '../cases/firehose-context.ts';
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

/** The names are those of a deployment, the code is the probe's. */
const aFunction = (
  name: FunctionName,
  limits: { timeoutSeconds: number; reservedConcurrency?: number },
): LambdaFunction => ({
  bundle: PROBE,
  spec: {
    name,
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
  // One instance: it remembers the events that it got.
  aFunction('loader', { timeoutSeconds: 29, reservedConcurrency: 1 }),
];
const SCHEDULES: readonly ScheduleSpec[] = [{ name: 'contract', function: 'loader', rateSeconds: 180 }];
const ROUTES: readonly RouteSpec[] = [
  { method: 'GET', path: '/probe', function: 'ingest' },
  { method: 'POST', path: '/probe', function: 'ingest' },
  { method: 'GET', path: '/probe/{id}', function: 'ingest' },
  { method: 'GET', path: '/probe/fixed', function: 'ingest' },
];

type Stops = (() => Promise<unknown>)[];

export async function startOurs(backendName: BackendName): Promise<RunningTarget> {
  const dir = await mkdtemp(join(tmpdir(), 'dataloaf-contract-'));
  const stops: Stops = [() => rm(dir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  };
  try {
    return { target: await startParts(backendName, dir, stops), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(backendName: BackendName, dir: string, stops: Stops): Promise<Target> {
  const log = createLog({ name: 'contract', level: 'silent' });
  const backend = await startBackend(backendName, { dir, log, isEphemeral: true });
  stops.push(() => backend.stop());
  await mkdir(backend.dir, { recursive: true, mode: 0o700 });
  const clock = new Clock();
  const gateway = new Gateway({ port: 0, log });
  await gateway.start();
  stops.push(() => gateway.stop());
  const parts = { backend, clock, gateway, log, faults: new Faults() };
  await startStorage(parts, stops);
  const httpApi = await startFunctions(parts, stops);
  const advance = async (duration: string): Promise<void> => clock.advance(parseDuration(duration) ?? 0);
  return {
    name: backendName,
    endpoint: gateway.url,
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
    httpApi,
  };
}

interface Parts {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly log: ReturnType<typeof createLog>;
}

async function startStorage({ backend, clock, gateway, faults, log }: Parts, stops: Stops): Promise<void> {
  const { dir, postgres } = backend;
  const storage = await backend.openStorage({ clock, faults });
  await storage.ensureBuckets([BUCKET]);
  gateway.addStream(storage);
  const s3 = createS3Client(gateway.url);
  const firehose = new FirehoseService({ dir: join(dir, 'firehose'), streams: STREAMS, s3, clock, faults, log });
  await firehose.start();
  stops.push(
    () => firehose.stop(),
    () => clock.stop(),
  );
  gateway.addJson(firehose);
  const warehouse = await startWarehouse({ dir, postgres, s3, log, faults: undefined });
  stops.push(() => warehouse.stop());
  gateway.addJson(warehouse.service);
}

/** Answers the address of the HTTP API. */
async function startFunctions({ clock, gateway, faults, log }: Parts, stops: Stops): Promise<string> {
  const lambdas = new LambdaRunner({ functions: FUNCTIONS, gatewayUrl: gateway.url, faults });
  stops.push(() => lambdas.stop());
  const invoke = (name: string, event: unknown) => lambdas.invoke(name, event);
  gateway.addStream(new LambdaApi({ functions: FUNCTIONS.map(({ spec }) => spec.name), invoke }));
  const scheduler = new Scheduler({
    schedules: SCHEDULES,
    invoke: (name, event) => lambdas.invokeInTurn(name, event),
    clock,
    log,
  });
  scheduler.start();
  stops.push(() => scheduler.stop());
  gateway.addStream(new SchedulerApi({ schedules: SCHEDULES, createdMs: clock.now() }));
  const api = new HttpApi({ routes: ROUTES, invoke, clock, log, port: 0 });
  await api.start();
  stops.push(() => api.stop());
  return api.url;
}
