/**
 * The one description of what runs: routes, functions with their environment, streams with their buffering, buckets and
 * the schedule. Pure. Every stack, on AWS or on one machine, is made from it, so that no two of them drift apart.
 */
import { ROUTES } from '@dataloaf/core/api';
import { TICK_MS } from '@dataloaf/core/limits';
import { firehoseErrorPrefix, firehosePrefix, STREAMS, type Stream } from '@dataloaf/core/storage-keys';
import type { DatabaseAddress } from '@dataloaf/core/warehouse/address';
import { addressVariables, placeVariables } from '@dataloaf/core/warehouse/address-variables';
import type { WarehouseMember } from '@dataloaf/core/warehouse/rights';
import type { IngestVariables } from '@dataloaf/ingest/env';
import type { InsightsVariables } from '@dataloaf/insights/env';
import type { LoaderVariables, MigrateVariables } from '@dataloaf/loader/env';
import type { MergeVariables } from '@dataloaf/merge/env';

export type FunctionName = 'ingest' | 'merge' | 'loader' | 'migrate';

/** Who may do what: an IAM role for each function and for Insights. */
export interface Identity {
  /** Name of its IAM role. Redshift maps it to the user `IAMR:<role>`. */
  readonly role: string;
  /**
   * Its rights in the warehouse, which the migrate function grants (`core/docs/rights.md`). `none`: it may not call the Data
   * API. `admin`: it reads the secret of the warehouse's admin.
   */
  readonly warehouse: WarehouseMember | 'admin' | 'none';
  /** Functions that it may invoke. */
  readonly invokes: readonly FunctionName[];
}

export interface FunctionSpec extends Identity {
  readonly name: FunctionName;
  /** Its name in the account. */
  readonly deployedName: string;
  /** Path of the source that exports `handler`, from the root of the repository. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Maximum of concurrent instances; undefined: the account's limit. */
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface RouteSpec {
  readonly method: string;
  /** In the notation of API Gateway: `/v1/users/{user_id}`. */
  readonly path: string;
  readonly function: FunctionName;
}

export interface StreamSpec {
  readonly stream: Stream;
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly bufferSeconds: number;
  readonly bufferMb: number;
  readonly compression: 'GZIP';
}

export interface ScheduleSpec {
  readonly name: string;
  readonly function: FunctionName;
  readonly rateSeconds: number;
}

export interface Deployment {
  readonly buckets: Readonly<Record<Stream, string>>;
  readonly streams: readonly StreamSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly routes: readonly RouteSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly insights: Identity & { readonly entry: string; readonly environment: InsightsVariables };
}

/** The address of the warehouse is the one of the functions and of Insights; migrations log in with the admin's secret. */
export type DeploymentOptions = DatabaseAddress & {
  /** Prefix of every name: lower-case letters, digits and dashes, 3 to 20 characters. */
  readonly name: string;
  readonly copyRoleArn: string;
  /** Secret with the admin of the warehouse, which only the migrate function reads. */
  readonly adminSecretArn: string;
  /** Whether the merge function applies an update of a user at once. @default 'on' */
  readonly directMerge?: 'on' | 'off';
};

/** Firehose writes an object at this age or size, whichever comes first. Below 60 s it would use costlier multipart puts. */
const BUFFER_SECONDS = 60;
const BUFFER_MB = 64;

export function describeDeployment(options: DeploymentOptions): Deployment {
  const buckets = { events: `${options.name}-events`, users: `${options.name}-users` };
  const streams = STREAMS.map(
    (stream): StreamSpec => ({
      stream,
      name: `${options.name}-${stream}`,
      bucket: buckets[stream],
      prefix: firehosePrefix(stream),
      errorPrefix: firehoseErrorPrefix(stream),
      bufferSeconds: BUFFER_SECONDS,
      bufferMb: BUFFER_MB,
      compression: 'GZIP',
    }),
  );
  return {
    buckets,
    streams,
    functions: describeFunctions(options, buckets),
    routes: Object.values(ROUTES).map(({ method, path, lambda }) => ({ method, path, function: lambda })),
    schedules: [{ name: `${options.name}-load`, function: 'loader', rateSeconds: TICK_MS / 1_000 }],
    insights: {
      role: roleOf(options, 'insights'),
      warehouse: 'insights',
      invokes: [],
      entry: 'insights/src/server/main.ts',
      environment: {
        EVENTS_BUCKET: buckets.events,
        ...addressVariables(options),
        WAREHOUSE_DATABASE: options.database,
      },
    },
  };
}

const roleOf = ({ name }: DeploymentOptions, of: FunctionName | 'insights'): string => `${name}-${of}`;

function describeFunctions(
  options: DeploymentOptions,
  buckets: Readonly<Record<Stream, string>>,
): readonly FunctionSpec[] {
  const environments = describeEnvironments(options, buckets);
  const described = (name: FunctionName) => ({
    name,
    deployedName: `${options.name}-${name}`,
    role: roleOf(options, name),
    environment: environments[name],
  });
  return [
    {
      ...described('ingest'),
      warehouse: 'none',
      invokes: [],
      entry: 'ingest/src/handler.ts',
      timeoutSeconds: 29,
      memoryMb: 512,
      reservedConcurrency: undefined,
    },
    // No reserved concurrency: new accounts have too little to reserve. A lease in S3 lets one direct merge run at a time.
    {
      ...described('merge'),
      warehouse: 'merge',
      invokes: [],
      entry: 'merge/src/handler.ts',
      timeoutSeconds: 29,
      memoryMb: 512,
      reservedConcurrency: undefined,
    },
    {
      ...described('loader'),
      warehouse: 'loader',
      // It may not create tables, so it has them created.
      invokes: ['migrate'],
      entry: 'loader/src/handler.ts',
      timeoutSeconds: 300,
      memoryMb: 512,
      reservedConcurrency: 1,
    },
    {
      ...described('migrate'),
      warehouse: 'admin',
      invokes: [],
      entry: 'loader/src/migrate-handler.ts',
      timeoutSeconds: 300,
      memoryMb: 256,
      reservedConcurrency: 1,
    },
  ];
}

interface Environments extends Record<FunctionName, Readonly<Record<string, string>>> {
  readonly ingest: IngestVariables;
  readonly merge: MergeVariables;
  readonly loader: LoaderVariables;
  readonly migrate: MigrateVariables;
}

function describeEnvironments(options: DeploymentOptions, buckets: Readonly<Record<Stream, string>>): Environments {
  const { name, directMerge = 'on' } = options;
  const storage = { EVENTS_BUCKET: buckets.events, USERS_BUCKET: buckets.users };
  const database = { WAREHOUSE_DATABASE: options.database };
  const warehouse = { ...addressVariables(options), ...database };
  const copyRole = { COPY_ROLE_ARN: options.copyRoleArn };
  return {
    ingest: { ...storage, EVENTS_STREAM: `${name}-events`, USERS_STREAM: `${name}-users` },
    merge: { ...storage, ...warehouse, ...copyRole, USERS_STREAM: `${name}-users`, DIRECT_MERGE: directMerge },
    loader: { ...storage, ...warehouse, ...copyRole, MIGRATE_FUNCTION: `${name}-migrate` },
    migrate: {
      EVENTS_BUCKET: buckets.events,
      ...placeVariables(options),
      ...database,
      ADMIN_SECRET_ARN: options.adminSecretArn,
      LOADER_ROLE: roleOf(options, 'loader'),
      MERGE_ROLE: roleOf(options, 'merge'),
      INSIGHTS_ROLE: roleOf(options, 'insights'),
    },
  };
}
