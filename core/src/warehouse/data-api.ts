/**
 * The warehouse over the Redshift Data API: submit, long-poll (plain polling where the service does not wait), errors of
 * single statements by name. Passing troubles of the API are retried here and nowhere else; the same `ClientToken` makes
 * a repeated submit harmless. What a transaction did is not asked here: the ledger tells.
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
import type { Cell, Row, Statement, StatementFailure, StatementStatus, Warehouse } from './warehouse.ts';

export interface RedshiftWarehouseOptions {
  /** With `maxAttempts: 1`: retries happen here. */
  readonly client: RedshiftDataClient;
  readonly workgroup: string;
  readonly database: string;
  /** Longest that one read may take, in milliseconds. @default 60_000 */
  readonly queryTimeoutMs?: number;
}

const API_ATTEMPTS = 5;
const QUERY_ATTEMPTS = 3;
const BACKOFF = { minTimeout: 100, maxTimeout: 3_000, randomize: true } as const;
/** Of 200 that may be active (AWS quota); ours that run are few. */
const LISTED_MAX = 100;
/** Where the service does not wait by itself. */
const POLL_MS = 250;
const RETRYABLE_API =
  /Throttling|TooManyRequests|InternalServer|ServiceUnavailable|ActiveStatementsExceeded|TimeoutError|ECONN|EPIPE|socket hang up/i;
const MISSING_TABLE = /(?:relation|schema|table) .*does not exist/i;
/** 1023: two transactions met. 1018, 1020: a table was changed meanwhile. Then: the session was cut; S3 is too busy. */
const RETRYABLE_SQL =
  /\b10(?:18|20|23)\b|serializ|could not complete because of conflict|deadlock|terminating connection|connection (?:was )?(?:closed|terminated|reset)|server closed|lock timeout|slow ?down|reduce your request rate|please try again/i;

export function createRedshiftWarehouse(options: RedshiftWarehouseOptions): Warehouse {
  const { client, workgroup, database, queryTimeoutMs = 60_000 } = options;
  const where = { WorkgroupName: workgroup, Database: database };

  const describe = (id: string, waitSeconds: number): Promise<DescribeStatementResponse> =>
    callApi('describe', () =>
      client.send(
        new DescribeStatementCommand({ Id: id, ...(waitSeconds > 0 ? { WaitTimeSeconds: waitSeconds } : {}) }),
      ),
    );

  const wait = (id: string, statements: readonly Statement[], timeoutMs: number): Promise<StatementStatus> =>
    poll((waitSeconds) => describe(id, waitSeconds), statements, timeoutMs);

  const queryOnce = async (statement: Statement): Promise<readonly Row[]> => {
    const { Id: id = '' } = await callApi('execute', () =>
      client.send(new ExecuteStatementCommand({ ...where, Sql: statement.text, ...parametersOf([statement]) })),
    );
    const status = await wait(id, [statement], queryTimeoutMs);
    if (status.kind === 'finished') return readRows((token) => getResult(client, id, token));
    if (status.kind === 'running') await callApi('cancel', () => client.send(new CancelStatementCommand({ Id: id })));
    throw queryError(statement, status, queryTimeoutMs);
  };

  return {
    query: (statement) =>
      pRetry(() => queryOnce(statement), {
        ...BACKOFF,
        retries: QUERY_ATTEMPTS - 1,
        shouldRetry: ({ error }) =>
          error instanceof WarehouseError && error.code === 'query_failed' && error.isRetryable,
      }),

    async submit(transaction) {
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
    },

    async wait(statementId, { statements, timeoutMs }) {
      try {
        return await wait(statementId, statements, timeoutMs);
      } catch (error) {
        // Known for 24 h at most; afterwards only the ledger knows.
        if (error instanceof WarehouseError && error.code === 'statement_unknown')
          return { kind: 'gone', submittedAt: undefined };
        throw error;
      }
    },

    async listStarted() {
      const { Statements: statements = [] } = await callApi('list', () =>
        client.send(new ListStatementsCommand({ Status: 'STARTED', MaxResults: LISTED_MAX })),
      );
      return statements.map(({ Id: id = '', StatementName: name = '', CreatedAt: submittedAt }) => ({
        id,
        name,
        submittedAt: submittedAt ?? new Date(),
      }));
    },

    async cancel(statementId) {
      await callApi('cancel', () => client.send(new CancelStatementCommand({ Id: statementId })));
    },
  };
}

function parametersOf(statements: readonly Statement[]): { Parameters?: { name: string; value: string }[] } {
  const parameters = statements.flatMap((statement) =>
    Object.entries(statement.params ?? {}).map(([name, value]) => ({ name, value })),
  );
  return parameters.length === 0 ? {} : { Parameters: parameters };
}

const getResult = (client: RedshiftDataClient, id: string, token: string | undefined) =>
  callApi('result', () =>
    client.send(new GetStatementResultCommand({ Id: id, ...(token === undefined ? {} : { NextToken: token }) })),
  );

async function poll(
  describe: (waitSeconds: number) => Promise<DescribeStatementResponse>,
  statements: readonly Statement[],
  timeoutMs: number,
): Promise<StatementStatus> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = deadline - Date.now();
    const askedAt = Date.now();
    const answer = await describe(Math.min(LONG_POLL_S_MAX, Math.max(0, Math.floor(left / 1_000))));
    const status = statusOf(answer, statements);
    if (status.kind !== 'running' || Date.now() >= deadline) return status;
    // An answer that came at once did not wait: then this loop does.
    const pause = Math.min(POLL_MS - (Date.now() - askedAt), deadline - Date.now());
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function statusOf(answer: DescribeStatementResponse, statements: readonly Statement[]): StatementStatus {
  const submittedAt = answer.CreatedAt;
  switch (answer.Status) {
    case 'FINISHED':
      return { kind: 'finished', submittedAt };
    case 'FAILED':
      return { kind: 'failed', failure: failureOf(answer, statements), submittedAt };
    case 'ABORTED':
      return { kind: 'gone', submittedAt };
    default:
      return { kind: 'running', submittedAt };
  }
}

function failureOf(answer: DescribeStatementResponse, statements: readonly Statement[]): StatementFailure {
  const parts = answer.SubStatements ?? [];
  const index = parts.findIndex((part) => part.Status === 'FAILED');
  const part = parts[index];
  const message = part?.Error ?? answer.Error ?? 'no reason given';
  const queryId = part?.RedshiftQueryId ?? answer.RedshiftQueryId;
  return {
    statement: (index === -1 && statements.length === 1 ? statements[0] : statements[index])?.name,
    message,
    isRetryable: RETRYABLE_SQL.test(message),
    queryId: queryId !== undefined && queryId > 0 ? queryId : undefined,
  };
}

function queryError(statement: Statement, status: StatementStatus, timeoutMs: number): WarehouseError {
  if (status.kind === 'failed') {
    const { message, isRetryable } = status.failure;
    const code = MISSING_TABLE.test(message) ? 'table_missing' : 'query_failed';
    return new WarehouseError(code, `Expected ${statement.name} to run, got: ${message}`, {
      isRetryable,
      statement: statement.name,
    });
  }
  const message = `Expected ${statement.name} to end within ${timeoutMs / 1_000} s; it was cancelled.`;
  return new WarehouseError('query_timeout', message, { isRetryable: true, statement: statement.name });
}

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

/** One call, retried while the API itself has a passing trouble. @throws WarehouseError */
async function callApi<Answer>(step: string, call: () => Promise<Answer>): Promise<Answer> {
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
