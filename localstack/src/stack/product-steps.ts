/** The steps that turn the local AWS into DataLoaf: bundles, keys, tables, Insights, and the file that describes it. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log, LogLevel } from '@dataloaf/core/log';
import { STACK_FILE, type StackFacts } from '@dataloaf/core/stack-file';
import type { Bundles } from '@dataloaf/infra/build/bundle';
import type { Deployment } from '@dataloaf/infra/deployment';
import { localAwsEnvironment } from '../aws/clients.ts';
import type { DeliveryStreams } from '../aws/firehose/delivery-streams.ts';
import type { Gateway } from '../aws/gateway.ts';
import type { HttpApi } from '../aws/http-api/api.ts';
import { accessKeyOf } from '../aws/identities.ts';
import type { LambdaFunction, LambdaRunner } from '../aws/lambda/runner.ts';
import type { Storage } from '../aws/s3/storage.ts';
import type { Scheduler } from '../aws/scheduler/scheduler.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { StackError } from '../stack-error.ts';
import { Admin, type AdminPorts } from './admin.ts';
import { type InsightsProcess, startInsightsProcess } from './insights-process.ts';
import { publishKeys, readOrCreateKeys, type StackKeys } from './keys.ts';
import { makeBundles } from './make-bundles.ts';
import type { Step } from './steps.ts';
import type { LocalWarehouse } from './warehouse.ts';

interface Described {
  readonly dir: string;
  readonly deployment: Deployment;
  /** @default 'warn' */
  readonly functionLogLevel?: LogLevel;
}

interface Bundled {
  readonly bundles: Bundles;
  readonly functions: readonly LambdaFunction[];
}

export const BUNDLES: Step<Described, Bundled> = {
  name: 'bundles',
  start: async (have) => {
    const bundles = await makeBundles(have.deployment);
    const functions = have.deployment.functions.map((spec) => ({
      spec: { ...spec, environment: { ...spec.environment, ...localLogs(have) } },
      bundle: bundles.functions[spec.name],
    }));
    return { bundles, functions };
  },
};

/** Quieter than deployed, and without the advice of the AWS SDK to use another Node. */
const localLogs = ({ functionLogLevel = 'warn' }: Described): Readonly<Record<string, string>> => ({
  LOG_LEVEL: functionLogLevel,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

export const KEYS: Step<Described & { readonly s3: S3Client }, { readonly keys: StackKeys }> = {
  name: 'keys',
  start: async ({ deployment, dir, s3 }) => {
    const keys = await readOrCreateKeys(dir);
    await publishKeys(s3, deployment.buckets.events, keys);
    return { keys };
  },
};

export const TABLES: Step<{ readonly lambdas: LambdaRunner }, object> = {
  name: 'tables',
  start: async ({ lambdas }) => {
    await createTables(lambdas);
    return {};
  },
};

export async function createTables(lambdas: LambdaRunner): Promise<void> {
  const result = await lambdas.invoke('migrate', {});
  if (result.kind === 'ok') return;
  const got = result.kind === 'error' ? `${result.errorType}: ${result.message}` : result.kind;
  throw new StackError('migrate_failed', `Expected the migration to create the tables, got ${got}`);
}

type BeforeInsights = Described &
  Bundled & { readonly gateway: Gateway; readonly log: Log; readonly ports: { readonly insights: number } };

export const INSIGHTS: Step<BeforeInsights, { readonly insights: InsightsProcess }> = {
  name: 'insights',
  start: async (have) => {
    const { bundles, deployment, gateway, log, ports } = have;
    const environment = {
      ...deployment.insights.environment,
      ...localAwsEnvironment(gateway.url, accessKeyOf(deployment.insights.role)),
      INSIGHTS_PORT: String(ports.insights),
      INSIGHTS_WEB_DIR: bundles.insights.web,
      ...localLogs(have),
    };
    return { insights: await startInsightsProcess({ server: bundles.insights.server, environment, log }) };
  },
  stop: ({ insights }) => insights.stop(),
};

/** The first event of a person does not wait for the import of the bundle. */
export const WARM_INGEST: Step<{ readonly lambdas: LambdaRunner }, object> = {
  name: 'warm ingest',
  start: async ({ lambdas }) => {
    await lambdas.warm('ingest');
    return {};
  },
};

interface Administered {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly firehose: DeliveryStreams;
  readonly gateway: Gateway;
  readonly lambdas: LambdaRunner;
  readonly scheduler: Scheduler;
  readonly storage: Storage;
}

export const ADMIN: Step<Administered, { readonly admin: AdminPorts }> = {
  name: 'admin',
  start: async ({ clock, faults, firehose, gateway, lambdas, scheduler, storage }) => {
    const admin: AdminPorts = {
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
    gateway.setAdmin(new Admin(admin));
    return { admin };
  },
};

interface Complete extends Described {
  readonly gateway: Gateway;
  readonly httpApi: HttpApi;
  readonly insights: InsightsProcess;
  readonly keys: StackKeys;
  readonly warehouse: LocalWarehouse;
}

/** Last: programs that find the file use the stack. */
export const STACK_FACTS: Step<Complete, { readonly facts: StackFacts }> = {
  name: 'stack file',
  start: async ({ deployment, dir, gateway, httpApi, insights, keys, warehouse }) => {
    const { buckets, streams } = deployment;
    const nameOf = (stream: string): string => streams.find((each) => each.stream === stream)?.name ?? '';
    const facts: StackFacts = {
      ready: true,
      insights: insights.url,
      api: httpApi.url,
      aws: gateway.url,
      serverKey: keys.serverKey,
      browserKey: keys.browserKey,
      postgres: warehouse.url,
      pid: process.pid,
      dir,
      buckets,
      streams: { events: nameOf('events'), users: nameOf('users') },
    };
    await writeFacts(facts);
    return { facts };
  },
  stop: ({ dir }) => removeFacts(dir),
};

/** The rename makes it visible as a whole. It holds keys. */
async function writeFacts(facts: StackFacts): Promise<void> {
  const file = join(facts.dir, STACK_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export const removeFacts = (dir: string): Promise<void> => rm(join(dir, STACK_FILE), { force: true });
