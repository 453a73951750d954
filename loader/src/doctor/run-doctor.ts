/** One run: removes what killed runs left, fills the scratch schema and prefix, runs every check, and removes both again. */
import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf, WarehouseError } from '@dataloaf/core/errors';
import type { DatabaseAddress } from '@dataloaf/core/warehouse/address';
import { inSchema } from '@dataloaf/core/warehouse/sql/in-schema';
import type { Check, CheckPorts, Observed, RoleSession, Scratch } from './check.ts';
import { createSession, type SessionOptions } from './data-api-session.ts';
import { maskValue, type Names } from './mask.ts';
import { prepareRun } from './objects.ts';
import { runCheck } from './run-check.ts';
import {
  createSchema,
  dropSchema,
  makeRunId,
  prefixOf,
  putObjects,
  RUN_MS_MAX,
  removeAbandonedObjects,
  removeAbandonedSchemas,
  removeObjects,
  schemaOf,
} from './scratch.ts';
import type { Outcome, Session } from './session.ts';

export interface DoctorOptions {
  readonly checks: readonly Check[];
  readonly address: DatabaseAddress;
  /** The objects of the run are put here, and COPY reads them. */
  readonly bucket: string;
  readonly roleArn: string;
}

/** The connection of one function, with its own role. */
export interface RoleClient {
  readonly role: string;
  readonly client: RedshiftDataClient;
}

export interface DoctorPorts {
  /** May create and drop a schema. */
  readonly client: RedshiftDataClient;
  readonly roles: readonly RoleClient[];
  readonly s3: S3Client;
  now(): number;
  pause(ms: number): Promise<void>;
  newToken(): string;
  /** Aborts the run. What it has made is removed all the same. */
  readonly signal: AbortSignal;
  onCheck(observed: Observed): void;
  /** What a person should know and nobody has to handle. */
  onNote(note: string): void;
}

export interface DoctorRun {
  readonly startedAt: number;
  readonly observed: readonly Observed[];
  readonly names: Names;
}

/** A serverless warehouse that sleeps needs up to a minute; every check ends within seconds after that. */
const STATEMENT_MS_MAX = 120_000;

/** @throws WarehouseError when the warehouse cannot be reached, or the scratch schema cannot be created */
export async function runDoctor(options: DoctorOptions, ports: DoctorPorts): Promise<DoctorRun> {
  const startedAt = ports.now();
  const runId = makeRunId(startedAt);
  const schema = schemaOf(runId);
  const { bucket, roleArn } = options;
  const { batches, objects } = prepareRun(bucket, prefixOf(runId));
  const scratch: Scratch = { bucket, prefix: prefixOf(runId), roleArn, batches };
  const place = { s3: ports.s3, bucket };
  // Not aborted: it removes what the run has made.
  const admin = openSession({ ...options, schema: undefined }, { ...ports, signal: new AbortController().signal });
  await removeAbandoned(admin, place, ports);
  await createScratch(admin, runId);
  let keys: readonly string[] = [];
  try {
    keys = await putObjects(place, scratch, objects);
    const names = namesOf(schema, scratch);
    const observed = await runChecks({ ...options, schema, scratch, startedAt, names }, ports);
    return { startedAt, observed, names };
  } finally {
    await orNote(ports, `drop the schema ${schema}`, async () => {
      const { status, error } = await admin.run([dropSchema(schema)]);
      return status === 'FINISHED' ? undefined : (error ?? status);
    });
    await orNote(ports, `remove the objects below ${scratch.prefix}`, async () => {
      await removeObjects(place, keys);
      return undefined;
    });
  }
}

/** What could not be removed is removed by a later run. The failure of a check counts, not that of the removal. */
async function orNote(ports: DoctorPorts, what: string, act: () => Promise<string | undefined>): Promise<void> {
  const got = await act().catch(messageOf);
  if (got !== undefined) ports.onNote(`Expected to ${what}, got: ${got}. A later run removes it.`);
}

async function removeAbandoned(
  admin: Session,
  place: { readonly s3: S3Client; readonly bucket: string },
  ports: DoctorPorts,
): Promise<void> {
  const now = ports.now();
  const schemas = await removeAbandonedSchemas(admin, now);
  const prefixes = await removeAbandonedObjects(place, now).catch((error: unknown) => {
    ports.onNote(`Objects of killed runs were not looked for: ${messageOf(error)}`);
    return [];
  });
  for (const left of [...schemas, ...prefixes]) ports.onNote(`Removed ${left}, which a killed run left.`);
}

async function createScratch(admin: Session, runId: string): Promise<void> {
  const outcome = await admin.run([createSchema(runId)]);
  if (outcome.status === 'FINISHED') return;
  const got = outcome.error ?? outcome.status;
  throw new WarehouseError('doctor_no_schema', `Expected to create the schema ${schemaOf(runId)}, got: ${got}`, {
    isRetryable: false,
    hint: 'Run it with a user who may create schemas in this database.',
  });
}

interface RunOptions extends DoctorOptions {
  readonly schema: string;
  readonly scratch: Scratch;
  readonly startedAt: number;
  readonly names: Names;
}

async function runChecks(options: RunOptions, ports: DoctorPorts): Promise<readonly Observed[]> {
  const outcomes: Outcome[] = [];
  const onOutcome = (outcome: Outcome): void => {
    outcomes.push(outcome);
  };
  const checkPorts: CheckPorts = {
    scratch: options.scratch,
    session: openSession(options, { ...ports, onOutcome }),
    roles: ports.roles.map(({ role, client }): RoleSession => {
      const own = { ...ports, client, onOutcome };
      const asItself = { ...options, address: withoutSecret(options.address) };
      const session = openSession({ ...asItself, schema: undefined }, own);
      return { role, session, scratch: openSession(asItself, own) };
    }),
    pause: ports.pause,
    now: ports.now,
    newToken: ports.newToken,
  };
  const observed: Observed[] = [];
  try {
    for (const check of options.checks) {
      assertTime(options.startedAt, ports.now());
      const raw = await runCheck(check, checkPorts, () => outcomes.splice(0));
      const one = { ...raw, observed: maskValue(raw.observed, options.names) };
      observed.push(one);
      ports.onCheck(one);
    }
    return observed;
  } finally {
    const roles = checkPorts.roles.flatMap((role) => [role.session, role.scratch]);
    for (const session of [checkPorts.session, ...roles]) await session.cancelAll();
  }
}

/** The secret is the admin's. A function logs in by its IAM role. */
const withoutSecret = (address: DatabaseAddress): DatabaseAddress =>
  'workgroup' in address ? { workgroup: address.workgroup, database: address.database } : address;

function assertTime(startedAt: number, now: number): void {
  if (now - startedAt <= RUN_MS_MAX - STATEMENT_MS_MAX) return;
  const minutes = RUN_MS_MAX / 60_000;
  throw new WarehouseError('doctor_too_slow', `Expected the checks to end within ${minutes} minutes; they did not.`, {
    isRetryable: true,
  });
}

interface OpenOptions {
  readonly address: DatabaseAddress;
  /** The schema that stands for the product's own; undefined keeps that. */
  readonly schema: string | undefined;
}

function openSession(
  { address, schema }: OpenOptions,
  ports: DoctorPorts & { readonly onOutcome?: (outcome: Outcome) => void },
): Session {
  const { client, onOutcome = () => undefined, ...rest } = ports;
  const options: SessionOptions = {
    client,
    address,
    rewrite: (statement) => (schema === undefined ? statement : inSchema(schema, statement)),
    timeoutMs: STATEMENT_MS_MAX,
  };
  return createSession(options, { ...rest, onOutcome });
}

const namesOf = (schema: string, { bucket, prefix, roleArn, batches }: Scratch): Names => [
  [schema, 'doctor'],
  [prefix, 'run/'],
  [`s3://${bucket}/`, 's3://bucket/'],
  [roleArn, 'role'],
  ...Object.entries(batches).map(([name, { batchId }]) => [batchId, `batch-${name}`] as const),
];
