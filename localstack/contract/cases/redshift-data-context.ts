/** The Data API of the target, a table of its own, and the calls that most cases need. */
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
import { type Opening, observeError } from '../case.ts';
import { redshiftDataClient } from '../clients.ts';
import type { Target } from '../target.ts';

export interface DataApiContext {
  readonly client: RedshiftDataClient;
  readonly where: { readonly WorkgroupName: string; readonly Database: string };
  /** `(n INTEGER, word VARCHAR(10))`, empty before each case that fills it. */
  readonly table: string;
}

const NO_WAREHOUSE = { workgroup: 'dataloaf-contract', database: 'dev' };
const END_MS_MAX = 60_000;
const POLL_MS = 50;

/** A service that does not compute what it is asked is absent: some emulators answer with rows of their own. */
export async function openDataApi(target: Target): Promise<Opening<DataApiContext>> {
  const client = redshiftDataClient(target);
  const { workgroup, database } = target.warehouse ?? NO_WAREHOUSE;
  const table = `contract_${randomUUID().slice(0, 8)}`;
  const context = { client, where: { WorkgroupName: workgroup, Database: database }, table };
  const evidence = await askForTwo(context).catch((error: unknown) => JSON.stringify(observeError(error)));
  if (evidence !== undefined) return { kind: 'absent', evidence };
  await run(context, { Sql: `CREATE TABLE ${table} (n INTEGER, word VARCHAR(10))` });
  const close = async (): Promise<void> => {
    await run(context, { Sql: `DROP TABLE IF EXISTS ${table}` });
    client.destroy();
  };
  return { kind: 'opened', opened: { context, close } };
}

/** What came instead of a 2; undefined when it came. */
async function askForTwo(context: DataApiContext): Promise<string | undefined> {
  const id = await submit(context, { Sql: 'SELECT 1 + 1 AS two' });
  await endOf(context, id);
  const { Records = [] } = await resultOf(context, id);
  return Records[0]?.[0]?.longValue === 2 ? undefined : `SELECT 1 + 1 answers ${JSON.stringify(Records)}`;
}

export async function submit(
  { client, where }: DataApiContext,
  input: Pick<ExecuteStatementCommandInput, 'Sql'> & Partial<ExecuteStatementCommandInput>,
): Promise<string> {
  const { Id = '' } = await client.send(new ExecuteStatementCommand({ ...where, ...input }));
  return Id;
}

export async function submitBatch(
  { client, where }: DataApiContext,
  sqls: readonly string[],
  more: Partial<BatchExecuteStatementCommandInput> = {},
): Promise<string> {
  const { Id = '' } = await client.send(new BatchExecuteStatementCommand({ ...where, Sqls: [...sqls], ...more }));
  return Id;
}

/** Asks until the statement has ended. */
export async function endOf({ client }: DataApiContext, id: string): Promise<DescribeStatementCommandOutput> {
  for (let waited = 0; ; waited += POLL_MS) {
    const description = await client.send(new DescribeStatementCommand({ Id: id }));
    const hasEnded = ['FINISHED', 'FAILED', 'ABORTED'].includes(description.Status ?? '');
    if (hasEnded || waited >= END_MS_MAX) return description;
    await sleep(POLL_MS);
  }
}

export async function run(
  context: DataApiContext,
  input: Pick<ExecuteStatementCommandInput, 'Sql'> & Partial<ExecuteStatementCommandInput>,
): Promise<DescribeStatementCommandOutput> {
  return endOf(context, await submit(context, input));
}

export const resultOf = ({ client }: DataApiContext, id: string): Promise<GetStatementResultCommandOutput> =>
  client.send(new GetStatementResultCommand({ Id: id }));

/** Values of the table, in order. */
export async function valuesOf(context: DataApiContext): Promise<readonly number[]> {
  const { Id = '' } = await run(context, { Sql: `SELECT n FROM ${context.table} ORDER BY n` });
  const { Records = [] } = await resultOf(context, Id);
  return Records.map(([field]) => field?.longValue ?? Number.NaN);
}

export const emptyTable = (context: DataApiContext): Promise<unknown> =>
  run(context, { Sql: `DELETE FROM ${context.table}` });
