/**
 * The whole of DataLoaf in this process and its children, made from the one description of what runs. Starts what others
 * stand on first, stops in the reverse order, and gives up what it has started when a part does not come up.
 *
 *   folder lock -> bundles and back end -> gateway with S3, Firehose, Data API -> Lambdas -> tables -> HTTP API, Insights
 *   -> schedule -> stack.json
 */
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Log, LogLevel } from '@dataloaf/core/log';
import { STACK_FILE, type StackFacts } from '@dataloaf/core/stack-file';
import type { Bundles } from '@dataloaf/infra/build/bundle';
import { type Deployment, describeDeployment } from '@dataloaf/infra/deployment';
import { LOCAL_DATABASE, LOCAL_NAME, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import { createS3Client, localAwsEnvironment } from '../aws/clients.ts';
import { FirehoseService } from '../aws/firehose/api.ts';
import { Gateway } from '../aws/gateway.ts';
import { HttpApi } from '../aws/http-api/api.ts';
import { LambdaApi } from '../aws/lambda/api.ts';
import { LambdaRunner } from '../aws/lambda/runner.ts';
import type { RunFaults } from '../aws/redshift-data/run-faults.ts';
import type { Storage } from '../aws/s3/storage.ts';
import { SchedulerApi } from '../aws/scheduler/api.ts';
import { Scheduler } from '../aws/scheduler/scheduler.ts';
import { Clock } from '../clock.ts';
import { Faults } from '../faults.ts';
import { StackError } from '../stack-error.ts';
import { Admin, type AdminPorts } from './admin.ts';
import type { Backend, BackendName } from './backends/backend.ts';
import { startBackend } from './backends/start-backend.ts';
import { lockFolder } from './folder-lock.ts';
import { startInsightsProcess } from './insights-process.ts';
import { publishKeys, readOrCreateKeys } from './keys.ts';
import { makeBundles } from './make-bundles.ts';
import { type LocalWarehouse, startWarehouse } from './warehouse.ts';

export interface StackOptions {
  readonly dir: string;
  readonly ports: { readonly insights: number; readonly api: number; readonly aws: number };
  readonly log: Log;
  /** Where S3 and Postgres come from; one that runs already is used and left running. @default 'embedded' */
  readonly backend?: BackendName | Backend;
  /** Postgres to use instead of an own one (`DATALOAF_PG_URL`). */
  readonly postgresUrl?: string | undefined;
  /** Keeps nothing. @default false */
  readonly isEphemeral?: boolean;
  /** Whether updates are applied at once. @default 'on' */
  readonly directMerge?: 'on' | 'off';
  /** Least important lines that the functions write. @default 'warn' */
  readonly functionLogLevel?: LogLevel;
  /** Faults of the warehouse, for tests. */
  readonly warehouseFaults?: RunFaults;
  /** Gives up a start between two of its steps. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly facts: StackFacts;
  readonly admin: AdminPorts;
  readonly backend: Backend;
  /** Empties buckets and warehouse; keys and address stay. */
  reset(): Promise<void>;
  /** Ends everything in the reverse order of its start; a second call does nothing. */
  stop(): Promise<void>;
}

type Stops = (() => Promise<void>)[];

const COPY_ROLE_ARN = 'arn:aws:iam::000000000000:role/dataloaf-local-copy';

/** @throws StackError, PostgresError and others that say which part did not come up */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o700);
  const stops: Stops = [];
  const lock = await lockFolder(dir);
  if (lock === undefined) throw new StackError('folder_in_use', `Another stack runs in ${dir}.`);
  stops.push(() => lock.release());
  // That of a stack that was killed: it would lead to nobody.
  await rm(join(dir, STACK_FILE), { force: true });
  try {
    return await startParts({ ...options, dir }, stops);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

async function stopAll(stops: Stops): Promise<void> {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
}

async function startParts(options: StackOptions, stops: Stops): Promise<Stack> {
  const deployment = describeDeployment({
    name: LOCAL_NAME,
    workgroup: LOCAL_WORKGROUP,
    database: LOCAL_DATABASE,
    copyRoleArn: COPY_ROLE_ARN,
    directMerge: options.directMerge ?? 'on',
  });
  const base = await startBase(options, deployment, stops);
  options.signal?.throwIfAborted();
  const lambdas = new LambdaRunner({
    functions: deployment.functions.map((spec) => ({
      spec: { ...spec, environment: { ...spec.environment, ...localLogs(options) } },
      bundle: base.bundles.functions[spec.name],
    })),
    gatewayUrl: base.gateway.url,
    faults: base.faults,
  });
  stops.push(() => lambdas.stop());
  const keys = await readOrCreateKeys(options.dir);
  await publishKeys(base.s3, deployment.buckets.events, keys);
  await migrate(lambdas);
  options.signal?.throwIfAborted();
  const fronts = await startFronts(options, { base, lambdas, deployment }, stops);
  const admin = adminPorts(base, { lambdas, scheduler: fronts.scheduler });
  base.gateway.setAdmin(new Admin(admin));
  const facts: StackFacts = {
    ready: true,
    insights: fronts.insightsUrl,
    api: fronts.apiUrl,
    aws: base.gateway.url,
    serverKey: keys.serverKey,
    browserKey: keys.browserKey,
    postgres: base.warehouse.url,
    pid: process.pid,
    dir: options.dir,
    buckets: deployment.buckets,
    streams: { events: `${LOCAL_NAME}-events`, users: `${LOCAL_NAME}-users` },
  };
  await writeFacts(facts);
  stops.push(() => rm(join(facts.dir, STACK_FILE), { force: true }));
  const forget = async (): Promise<void> => {
    await admin.flush();
    for (const bucket of Object.values(deployment.buckets)) await emptyBucket(base.s3, bucket);
    await base.warehouse.drop();
    await publishKeys(base.s3, deployment.buckets.events, keys);
    await migrate(lambdas);
    await fronts.restartInsights();
  };
  const reset = (): Promise<void> => fronts.scheduler.between('loader', forget);
  return { facts, admin, backend: base.backend, reset, stop: () => stopAll(stops) };
}

async function emptyBucket(s3: S3Client, bucket: string): Promise<void> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    const keys = (page.Contents ?? []).map(({ Key }) => ({ Key }));
    if (keys.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys } }));
  }
}

/** Quieter than deployed, and without the advice of the AWS SDK to use another Node. */
const localLogs = ({ functionLogLevel = 'warn' }: StackOptions): Readonly<Record<string, string>> => ({
  LOG_LEVEL: functionLogLevel,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

interface Base {
  readonly bundles: Bundles;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly gateway: Gateway;
  readonly s3: S3Client;
  readonly storage: Storage;
  readonly firehose: FirehoseService;
  readonly warehouse: LocalWarehouse;
}

/** What the functions stand on: the AWS services behind the gateway. */
async function startBase(options: StackOptions, deployment: Deployment, stops: Stops): Promise<Base> {
  const { log } = options;
  const [bundles, backend] = await bundleBesideBackend(options, deployment, stops);
  const { dir, postgres } = backend;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const clock = new Clock();
  const faults = new Faults();
  const gateway = new Gateway({ port: options.ports.aws, log });
  await gateway.start();
  stops.push(() => gateway.stop());
  const storage = await backend.openStorage({ clock, faults });
  await storage.ensureBuckets(Object.values(deployment.buckets));
  gateway.addStream(storage);
  const s3 = createS3Client(gateway.url);
  const firehose = new FirehoseService({
    dir: join(dir, 'firehose'),
    streams: deployment.streams,
    s3,
    clock,
    faults,
    log,
  });
  await firehose.start();
  stops.push(
    () => firehose.stop(),
    () => clock.stop(),
  );
  gateway.addJson(firehose);
  const warehouse = await startWarehouse({ dir, postgres, s3, log, faults: options.warehouseFaults });
  stops.push(() => warehouse.stop());
  gateway.addJson(warehouse.service);
  return { bundles, backend, clock, faults, gateway, s3, storage, firehose, warehouse };
}

/** Side by side: one waits for the disk, the other works. When one fails, the other is not left behind. */
async function bundleBesideBackend(
  options: StackOptions,
  deployment: Deployment,
  stops: Stops,
): Promise<readonly [Bundles, Backend]> {
  const [bundles, backend] = await Promise.allSettled([makeBundles(deployment), openBackend(options, stops)]);
  if (bundles.status === 'rejected') throw bundles.reason;
  if (backend.status === 'rejected') throw backend.reason;
  return [bundles.value, backend.value];
}

async function openBackend({ backend = 'embedded', ...options }: StackOptions, stops: Stops): Promise<Backend> {
  if (typeof backend !== 'string') return backend;
  const started = await startBackend(backend, options);
  stops.push(() => started.stop());
  return started;
}

interface FrontParts {
  readonly base: Base;
  readonly lambdas: LambdaRunner;
  readonly deployment: Deployment;
}

interface Fronts {
  readonly apiUrl: string;
  readonly insightsUrl: string;
  /** At the same address. It keeps rows by the number of their load, and after a reset loads count from one again. */
  readonly restartInsights: () => Promise<void>;
  readonly scheduler: Scheduler;
}

/** What people and programs talk to, and the schedule. */
async function startFronts(options: StackOptions, parts: FrontParts, stops: Stops): Promise<Fronts> {
  const { base, lambdas, deployment } = parts;
  const shared = { clock: base.clock, log: options.log };
  const api = new HttpApi({
    ...shared,
    routes: deployment.routes,
    port: options.ports.api,
    invoke: (name, event) => lambdas.invoke(name, event),
  });
  await api.start();
  stops.push(() => api.stop());
  const environment = {
    ...deployment.insights.environment,
    ...localAwsEnvironment(base.gateway.url),
    INSIGHTS_PORT: String(options.ports.insights),
    INSIGHTS_WEB_DIR: base.bundles.insights.web,
    ...localLogs(options),
  };
  const { server } = base.bundles.insights;
  let insights = await startInsightsProcess({ server, environment });
  stops.push(() => insights.stop());
  const { port } = new URL(insights.url);
  const restartInsights = async (): Promise<void> => {
    await insights.stop();
    insights = await startInsightsProcess({ server, environment: { ...environment, INSIGHTS_PORT: port } });
  };
  await lambdas.warm('ingest');
  const scheduler = new Scheduler({
    ...shared,
    schedules: deployment.schedules,
    invoke: (name, event) => lambdas.invokeInTurn(name, event),
  });
  scheduler.start();
  stops.push(() => scheduler.stop());
  base.gateway.addStream(
    new LambdaApi({
      functions: deployment.functions.map(({ name }) => name),
      invoke: (name, event) => lambdas.invoke(name, event),
    }),
  );
  base.gateway.addStream(new SchedulerApi({ schedules: deployment.schedules, createdMs: base.clock.now() }));
  return { apiUrl: api.url, insightsUrl: insights.url, restartInsights, scheduler };
}

function adminPorts(base: Base, { lambdas, scheduler }: { lambdas: LambdaRunner; scheduler: Scheduler }): AdminPorts {
  const { clock, faults, firehose, storage } = base;
  return {
    flush: () => firehose.flush(),
    invokeLoader: () => scheduler.invokeNow('loader'),
    advance: (ms) => clock.advance(ms),
    now: () => clock.date(),
    status: async () => ({
      streams: firehose.status(),
      buckets: await storage.status(),
      schedules: scheduler.status(),
      functions: lambdas.status(),
    }),
    faults,
  };
}

async function migrate(lambdas: LambdaRunner): Promise<void> {
  const result = await lambdas.invoke('migrate', {});
  if (result.kind === 'ok') return;
  const got = result.kind === 'error' ? `${result.errorType}: ${result.message}` : result.kind;
  throw new StackError('migrate_failed', `Expected the tables to be made, got ${got}`);
}

/** Renamed into place: a reader never sees half of it. It holds keys. */
async function writeFacts(facts: StackFacts): Promise<void> {
  const file = join(facts.dir, STACK_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
