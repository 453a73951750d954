/** The whole of DataLoaf in this process and its children, started from the one description of what runs. */
import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Log, LogLevel } from '@dataloaf/core/log';
import type { StackFacts } from '@dataloaf/core/stack-file';
import { type Deployment, describeDeployment } from '@dataloaf/infra/deployment';
import { LOCAL_ADMIN_SECRET_ARN, LOCAL_DATABASE, LOCAL_NAME, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import type { RunFaults } from '../aws/redshift-data/run-faults.ts';
import { assertOwnFolder, fileSystemError, makeOwnFolder } from '../own-folder.ts';
import { StackError } from '../stack-error.ts';
import type { AdminPorts } from './admin.ts';
import { type AwsResources, FIREHOSE, GATEWAY, HTTP_API, LAMBDA, S3, SCHEDULER, WAREHOUSE } from './aws-steps.ts';
import type { Backend, BackendName } from './backends/backend.ts';
import { startBackend } from './backends/start-backend.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { ADMIN, BUNDLES, INSIGHTS, KEYS, removeFacts, STACK_FACTS, TABLES, WARM_INGEST } from './product-steps.ts';
import { resetStack } from './reset.ts';
import { beside, type Step, sequence } from './steps.ts';

export interface StackOptions {
  readonly dir: string;
  readonly ports: { readonly insights: number; readonly api: number; readonly aws: number };
  readonly log: Log;
  /** Where S3 and Postgres come from. One that already runs is used and keeps running. @default 'embedded' */
  readonly backend?: BackendName | Backend;
  /** Postgres to use instead of one of our own (`DATALOAF_PG_URL`). */
  readonly postgresUrl?: string | undefined;
  /** Keeps nothing. @default false */
  readonly isEphemeral?: boolean;
  /** Whether updates are applied at once. @default 'on' */
  readonly directMerge?: 'on' | 'off';
  /** Least important lines that the functions write. @default 'warn' */
  readonly functionLogLevel?: LogLevel;
  /** Time that each SQL text takes at least, as on a busy Redshift, in milliseconds. @default 0 */
  readonly statementMs?: number;
  /** Faults of the warehouse, for tests. */
  readonly warehouseFaults?: RunFaults;
  /** Aborts the start between two of its steps. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly facts: StackFacts;
  readonly admin: AdminPorts;
  readonly backend: Backend;
  /** Empties buckets and warehouse; keys and addresses stay. */
  reset(): Promise<void>;
  /** Stops everything in the reverse order of its start; a second call does nothing. */
  stop(): Promise<void>;
}

interface StackInput extends Omit<StackOptions, 'backend'> {
  readonly chosenBackend: BackendName | Backend;
  readonly deployment: Deployment;
  readonly resources: AwsResources;
}

/** Folders that other parts make inside the stack's folder. */
const PARTS = ['s3', 'firehose', 'postgres'];

const FOLDER: Step<StackInput, { readonly lock: FolderLock }> = {
  name: 'folder',
  start: async ({ dir }) => {
    makeOwnFolder(dir, 0o700);
    for (const name of PARTS) assertOwnFolder(join(dir, name));
    await chmod(dir, 0o700);
    const lock = await lockFolder(dir);
    if (lock === undefined) throw new StackError('folder_in_use', `Another stack is running in ${dir}.`);
    // The one of a killed stack: its addresses lead nowhere.
    await removeFacts(dir);
    return { lock };
  },
  stop: ({ lock }) => lock.release(),
};

const BACKEND: Step<StackInput, { readonly backend: Backend }> = {
  name: 'back end',
  start: async ({ chosenBackend, ...options }) => ({
    backend: typeof chosenBackend === 'string' ? await startBackend(chosenBackend, options) : chosenBackend,
  }),
  stop: async ({ backend, chosenBackend }) => {
    if (backend !== chosenBackend) await backend.stop();
  },
};

/** The order of the start; the stop takes it in reverse. */
const STEPS = sequence<StackInput>()
  .step(FOLDER)
  // Side by side: one waits for the disk while the other computes.
  .step(beside(BUNDLES, BACKEND))
  .step(GATEWAY)
  .step(S3)
  .step(FIREHOSE)
  .step(WAREHOUSE)
  .step(LAMBDA)
  .step(KEYS)
  .step(TABLES)
  .step(HTTP_API)
  .step(INSIGHTS)
  .step(WARM_INGEST)
  .step(SCHEDULER)
  .step(ADMIN)
  .step(STACK_FACTS);

const COPY_ROLE_ARN = 'arn:aws:iam::000000000000:role/dataloaf-local-copy';

/** @throws StackError, PostgresError and others that say which part did not start */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { backend: chosenBackend = 'embedded', directMerge = 'on', ...rest } = options;
  const deployment = describeDeployment({
    name: LOCAL_NAME,
    workgroup: LOCAL_WORKGROUP,
    database: LOCAL_DATABASE,
    copyRoleArn: COPY_ROLE_ARN,
    adminSecretArn: LOCAL_ADMIN_SECRET_ARN,
    directMerge,
  });
  const callers = [...deployment.functions, deployment.insights];
  const resources = { ...deployment, callers, buckets: Object.values(deployment.buckets) };
  const { have, stop } = await STEPS.start(
    { ...rest, dir: resolve(options.dir), chosenBackend, deployment, resources },
    { signal: options.signal, onStarted: (step) => options.log.debug({ step }, 'started a part of the stack') },
  ).catch((error: unknown) => {
    throw fileSystemError(error) ?? error;
  });
  return { facts: have.facts, admin: have.admin, backend: have.backend, reset: () => resetStack(have), stop };
}
