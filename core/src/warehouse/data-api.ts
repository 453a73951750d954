/**
 * The warehouse over the Redshift Data API: submit, long polling (plain polling where the service does not wait), and
 * failures that name their statement. Passing errors of the API are retried here and nowhere else; the `ClientToken`
 * makes a repeated submit harmless. Whether a transaction committed is not asked here: the ledger decides.
 */
import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  ExecuteStatementCommand,
  type Field,
  GetStatementResultCommand,
  ListStatementsCommand,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import pRetry from 'p-retry';
import { messageOf, WarehouseError } from '../errors.ts';
import { LONG_POLL_S_MAX } from '../limits.ts';
import { queryError, statusOf } from './statement-status.ts';
import type {
  Cell,
  Row,
  StartedTransaction,
  Statement,
  StatementStatus,
  Transaction,
  WaitOptions,
  Warehouse,
} from './warehouse.ts';

export interface RedshiftWarehouseOptions {
  /** With `maxAttempts: 1`: retries happen here. */
  readonly client: RedshiftDataClient;
  readonly workgroup: string;
  readonly database: string;
  /** Longest time for one read, in milliseconds. @default 60_000 */
  readonly queryTimeoutMs?: number;
}

const API_ATTEMPTS = 5;
const QUERY_ATTEMPTS = 3;
const BACKOFF = { minTimeout: 100, maxTimeout: 3_000, randomize: true } as const;
/** Of 200 active statements (AWS quota); few of ours run at once. */
const LISTED_MAX = 100;
/** Interval of plain polling. */
const POLL_MS = 250;
const RETRYABLE_API =
  /Throttling|TooManyRequests|InternalServer|ServiceUnavailable|ActiveStatementsExceeded|TimeoutError|ECONN|EPIPE|socket hang up/i;

/** One database, and the client that reaches it. */
interface Connection {
  readonly client: RedshiftDataClient;
  readonly where: { readonly WorkgroupName: string; readonly Database: string };
}

export function createRedshiftWarehouse(options: RedshiftWarehouseOptions): Warehouse {
  const { client, workgroup, database, queryTimeoutMs = 60_000 } = options;
  const connection: Connection = { client, where: { WorkgroupName: workgroup, Database: database } };
  return {
    query: (statement) =>
      pRetry(() => queryOnce(connection, statement, queryTimeoutMs), {
        ...BACKOFF,
        retries: QUERY_ATTEMPTS - 1,
        shouldRetry: ({ error }) =>
          error instanceof WarehouseError && error.code === 'query_failed' && error.isRetryable,
      }),
    submit: (transaction) => submit(connection, transaction),
    wait: (statementId, waitOptions) => waitOrGone(client, statementId, waitOptions),
    listStarted: () => listStarted(client),
    cancel: (statementId) => cancel(client, statementId),
  };
}

async function queryOnce(
  { client, where }: Connection,
  statement: Statement,
  timeoutMs: number,
): Promise<readonly Row[]> {
  const command = new ExecuteStatementCommand({ ...where, Sql: statement.text, ...parametersOf([statement]) });
  const { Id: id = '' } = await callApi('execute', () => client.send(command));
  const status = await wait(client, id, { statements: [statement], timeoutMs });
  if (status.kind === 'finished') return readRows((token) => getResult(client, id, token));
  if (status.kind === 'running') await cancel(client, id);
  throw queryError(statement, status, timeoutMs);
}

async function submit({ client, where }: Connection, transaction: Transaction): Promise<string> {
  const command = new BatchExecuteStatementCommand({
    ...where,
    Sqls: transaction.statements.map((statement) => statement.text),
    ClientToken: transaction.token,
    StatementName: transaction.name,
    ExecutionMode: 'TRANSACTION',
    ...parametersOf(transaction.statements),
  });
  const { Id: id = '' } = await callApi('submit', () => client.send(command));
  return id;
}

async function waitOrGone(client: RedshiftDataClient, id: string, options: WaitOptions): Promise<StatementStatus> {
  try {
    return await wait(client, id, options);
  } catch (error) {
    // The API knows a statement for 24 h at most; afterwards only the ledger does.
    if (error instanceof WarehouseError && error.code === 'statement_unknown')
      return { kind: 'gone', submittedAt: undefined };
    throw error;
  }
}

async function listStarted(client: RedshiftDataClient): Promise<readonly StartedTransaction[]> {
  const { Statements: statements = [] } = await callApi('list', () =>
    client.send(new ListStatementsCommand({ Status: 'STARTED', MaxResults: LISTED_MAX })),
  );
  return statements.map(({ Id: id = '', StatementName: name = '', CreatedAt: submittedAt }) => ({
    id,
    name,
    submittedAt: submittedAt ?? new Date(),
  }));
}

async function cancel(client: RedshiftDataClient, id: string): Promise<void> {
  await callApi('cancel', () => client.send(new CancelStatementCommand({ Id: id })));
}

function parametersOf(statements: readonly Statement[]): { Parameters?: { name: string; value: string }[] } {
  const parameters = statements.flatMap((statement) =>
    Object.entries(statement.params ?? {}).map(([name, value]) => ({ name, value })),
  );
  return parameters.length === 0 ? {} : { Parameters: parameters };
}

/** Polls until the statement has ended or the time is up. */
async function wait(
  client: RedshiftDataClient,
  id: string,
  { statements, timeoutMs }: WaitOptions,
): Promise<StatementStatus> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const askedAt = Date.now();
    const waitSeconds = Math.min(LONG_POLL_S_MAX, Math.max(0, Math.floor((deadline - askedAt) / 1_000)));
    const status = statusOf(await describe(client, id, waitSeconds), statements);
    if (status.kind !== 'running' || Date.now() >= deadline) return status;
    // A response that came at once means that the service does not wait, so this loop does.
    const pause = Math.min(POLL_MS - (Date.now() - askedAt), deadline - Date.now());
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const describe = (client: RedshiftDataClient, id: string, waitSeconds: number): Promise<DescribeStatementResponse> =>
  callApi('describe', () =>
    client.send(new DescribeStatementCommand({ Id: id, ...(waitSeconds > 0 ? { WaitTimeSeconds: waitSeconds } : {}) })),
  );

const getResult = (client: RedshiftDataClient, id: string, token: string | undefined) =>
  callApi('result', () =>
    client.send(new GetStatementResultCommand({ Id: id, ...(token === undefined ? {} : { NextToken: token }) })),
  );

interface Page {
  readonly Records?: Field[][] | undefined;
  readonly ColumnMetadata?: readonly { readonly name?: string | undefined }[] | undefined;
  readonly NextToken?: string | undefined;
}

async function readRows(getPage: (token: string | undefined) => Promise<Page>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let token: string | undefined;
  do {
    const page = await getPage(token);
    const names = (page.ColumnMetadata ?? []).map((column) => column.name ?? '');
    for (const record of page.Records ?? []) {
      rows.push(Object.fromEntries(record.map((field, index) => [names[index] ?? '', cellOf(field)])));
    }
    token = page.NextToken;
  } while (token !== undefined);
  return rows;
}

const cellOf = (field: Field): Cell =>
  field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;

/** One call, retried while the API reports a passing error. @throws WarehouseError */
async function callApi<Response>(step: string, call: () => Promise<Response>): Promise<Response> {
  try {
    return await pRetry(call, {
      ...BACKOFF,
      retries: API_ATTEMPTS - 1,
      shouldRetry: ({ error }) => isPassing(error),
    });
  } catch (error) {
    const isUnknown = error instanceof Error && error.name === 'ResourceNotFoundException';
    throw new WarehouseError(
      isUnknown ? 'statement_unknown' : 'data_api_failed',
      `Expected the Data API to ${step} a statement, got: ${messageOf(error)}`,
      { isRetryable: isPassing(error), cause: error },
    );
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return RETRYABLE_API.test(`${error.name} ${error.message} ${'code' in error ? String(error.code) : ''}`);
}
