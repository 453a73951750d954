/** The Data API of the target, a table for the cases, and the calls that most cases need. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
  DescribeStatementCommand,
  type DescribeStatementCommandOutput,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  GetStatementResultCommand,
  type GetStatementResultCommandOutput,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Opening, observeError } from '../case.ts';
import { redshiftDataClient, s3Client } from '../clients.ts';
import type { Target, WarehouseResources } from '../target.ts';
import { removeBucket } from './s3-ports.ts';

export interface DataApiPorts {
  readonly client: RedshiftDataClient;
  readonly where: { readonly WorkgroupName: string; readonly Database: string };
  /** `(n INTEGER, word VARCHAR(10))`, empty before each case that fills it. */
  readonly table: string;
  /** COPY reads from here, as `role`. */
  readonly s3: S3Client;
  readonly bucket: string;
  readonly role: string;
}

const NO_WAREHOUSE: WarehouseResources = {
  workgroup: 'dataloaf-contract',
  database: 'dev',
  copyRole: 'arn:aws:iam::000000000000:role/contract',
};
const END_MS_MAX = 60_000;
const POLL_MS = 50;

/** A service that does not run the SQL counts as absent: some emulators return rows of their own. */
export async function openDataApi(target: Target): Promise<Opening<DataApiPorts>> {
  if (target.warehouse === undefined && target.endpoint === undefined) {
    return { kind: 'absent', evidence: 'no --workgroup was given' };
  }
  const client = redshiftDataClient(target);
  const s3 = s3Client(target);
  const { workgroup, database, copyRole } = target.warehouse ?? NO_WAREHOUSE;
  const where = { WorkgroupName: workgroup, Database: database };
  const id = randomUUID().slice(0, 8);
  const ports = {
    client,
    s3,
    where,
    table: `contract_${id}`,
    bucket: `dataloaf-contract-${id}-copied`,
    role: copyRole,
  };
  const evidence = await askForTwo(ports).catch((error: unknown) => JSON.stringify(observeError(error)));
  if (evidence !== undefined) return { kind: 'absent', evidence };
  await s3.send(new CreateBucketCommand({ Bucket: ports.bucket }));
  await run(ports, { Sql: `CREATE TABLE ${ports.table} (n INTEGER, word VARCHAR(10))` });
  const close = async (): Promise<void> => {
    await run(ports, { Sql: `DROP TABLE IF EXISTS ${ports.table}` });
    await removeBucket(s3, ports.bucket);
    client.destroy();
    s3.destroy();
  };
  return { kind: 'opened', opened: { ports, close } };
}

/** What the target returned instead of a 2; undefined when it returned that. */
async function askForTwo(ports: DataApiPorts): Promise<string | undefined> {
  const id = await submit(ports, { Sql: 'SELECT 1 + 1 AS two' });
  await endOf(ports, id);
  const { Records = [] } = await resultOf(ports, id);
  return Records[0]?.[0]?.longValue === 2 ? undefined : `SELECT 1 + 1 answers ${JSON.stringify(Records)}`;
}

export async function submit(
  { client, where }: DataApiPorts,
  input: Pick<ExecuteStatementCommandInput, 'Sql'> & Partial<ExecuteStatementCommandInput>,
): Promise<string> {
  const { Id = '' } = await client.send(new ExecuteStatementCommand({ ...where, ...input }));
  return Id;
}

export async function submitBatch(
  { client, where }: DataApiPorts,
  sqls: readonly string[],
  more: Partial<BatchExecuteStatementCommandInput> = {},
): Promise<string> {
  const { Id = '' } = await client.send(new BatchExecuteStatementCommand({ ...where, Sqls: [...sqls], ...more }));
  return Id;
}

/** Polls until the statement has ended. */
export async function endOf({ client }: DataApiPorts, id: string): Promise<DescribeStatementCommandOutput> {
  for (let waited = 0; ; waited += POLL_MS) {
    const description = await client.send(new DescribeStatementCommand({ Id: id }));
    const hasEnded = ['FINISHED', 'FAILED', 'ABORTED'].includes(description.Status ?? '');
    if (hasEnded || waited >= END_MS_MAX) return description;
    await sleep(POLL_MS);
  }
}

export async function run(
  ports: DataApiPorts,
  input: Pick<ExecuteStatementCommandInput, 'Sql'> & Partial<ExecuteStatementCommandInput>,
): Promise<DescribeStatementCommandOutput> {
  return endOf(ports, await submit(ports, input));
}

export const resultOf = ({ client }: DataApiPorts, id: string): Promise<GetStatementResultCommandOutput> =>
  client.send(new GetStatementResultCommand({ Id: id }));

/** The values of the table, in order. */
export async function valuesOf(ports: DataApiPorts): Promise<readonly number[]> {
  const { Id = '' } = await run(ports, { Sql: `SELECT n FROM ${ports.table} ORDER BY n` });
  const { Records = [] } = await resultOf(ports, Id);
  return Records.map(([field]) => field?.longValue ?? Number.NaN);
}

export const emptyTable = (ports: DataApiPorts): Promise<unknown> => run(ports, { Sql: `DELETE FROM ${ports.table}` });
