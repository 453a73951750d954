/**
 * The warehouse over the Redshift Data API: submit, long polling (plain polling where the service does not wait), and
 * failures that name their statement. Passing errors of the API are retried by `data-api/call.ts` and nowhere else; the
 * `ClientToken` makes a repeated submit harmless. Whether a transaction committed is not asked here: the ledger decides.
 *
 * Each call is a session of its own. No request carries a `SessionId` or keeps a session alive: the temporary tables of a
 * load have no schema, so a second load in one session would find those of the first.
 */
import { randomUUID } from 'node:crypto';
import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { type Clock, systemClock } from '../clock.ts';
import { messageOf, WarehouseError } from '../errors.ts';
import { LONG_POLL_S_MAX } from '../limits.ts';
import { type DatabaseAddress, loginFields, placeFields } from './address.ts';
import { type ApiCall, callApi } from './data-api/call.ts';
import { isWaitRefused } from './data-api/failures.ts';
import { listLive } from './data-api/list-live.ts';
import { readRows } from './data-api/read-rows.ts';
import { WRITER_PREFIXES } from './sql/transaction-names.ts';
import { queryError, statusOf } from './statement-status.ts';
import type { Row, Statement, StatementStatus, Transaction, WaitOptions, Warehouse } from './warehouse.ts';

export type RedshiftWarehouseOptions = DatabaseAddress & {
  /** With `maxAttempts: 1`: retries happen here. */
  readonly client: RedshiftDataClient;
  /** Longest time for one read, in milliseconds. @default 60_000 */
  readonly queryTimeoutMs?: number;
  /** Attempts of one call while it fails for a reason that passes. @default 5 */
  readonly apiAttempts?: number;
};

export interface RedshiftWarehousePorts {
  readonly clock: Clock;
  /** A token that was never used, so that a repeated read is the same statement. */
  newToken(): string;
}

const SYSTEM_PORTS: RedshiftWarehousePorts = { clock: systemClock, newToken: randomUUID };

const API_ATTEMPTS = 5;
/** A cancel is a request for what may have happened already. */
const CANCEL_ATTEMPTS = 2;
const QUERY_ATTEMPTS = 3;
/** Interval of plain polling. */
const POLL_MS = 250;

interface Api {
  readonly client: RedshiftDataClient;
  readonly address: DatabaseAddress;
  readonly ports: RedshiftWarehousePorts;
  readonly attempts: number;
}

export function createRedshiftWarehouse(
  options: RedshiftWarehouseOptions,
  ports: RedshiftWarehousePorts = SYSTEM_PORTS,
): Warehouse {
  const { client, queryTimeoutMs = 60_000, apiAttempts = API_ATTEMPTS } = options;
  const api: Api = { client, address: options, ports, attempts: apiAttempts };
  return {
    query: (statement) => query(api, statement, queryTimeoutMs),
    submit: (transaction) => submit(api, transaction),
    wait: (statementId, waitOptions) => waitOrGone(api, statementId, waitOptions),
    listStarted: (prefixes = WRITER_PREFIXES) =>
      listLive({ where: placeFields(options), prefixes, attempts: apiAttempts }, { client, clock: ports.clock }),
    cancel: (statementId) => cancel(api, statementId),
  };
}

/** A read that failed in the warehouse for a passing reason runs again, with a new token. */
async function query(api: Api, statement: Statement, timeoutMs: number): Promise<readonly Row[]> {
  const { clock } = api.ports;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await queryOnce(api, statement, timeoutMs);
    } catch (error) {
      const isPassing = error instanceof WarehouseError && error.code === 'query_failed' && error.isRetryable;
      if (!isPassing || attempt === QUERY_ATTEMPTS) throw error;
      await clock.pause(100 * 2 ** attempt * (0.5 + clock.random() / 2));
    }
  }
}

async function queryOnce(api: Api, statement: Statement, timeoutMs: number): Promise<readonly Row[]> {
  const input = {
    ...loginFields(api.address),
    Sql: statement.text,
    ClientToken: api.ports.newToken(),
    ...parametersOf([statement]),
  };
  const { Id: id = '' } = await call(api, 'execute', () => api.client.send(new ExecuteStatementCommand(input)));
  let status = await wait(api, id, { statements: [statement], timeoutMs });
  let refusal: string | undefined;
  if (status.kind === 'running') {
    refusal = await cancel(api, id);
    // It may have ended between the last look and the cancel: then its result counts.
    if (refusal !== undefined) status = (await lookOnce(api, id, [statement])) ?? status;
  }
  if (status.kind === 'finished') return readRows((token) => getResult(api, id, token));
  throw queryError(statement, { status, timeoutMs, refusal });
}

/** Undefined when the API fails, so that the failure that the caller already has is the one that is reported. */
async function lookOnce(api: Api, id: string, statements: readonly Statement[]): Promise<StatementStatus | undefined> {
  return await wait(api, id, { statements, timeoutMs: 0 }).catch(() => undefined);
}

async function submit(api: Api, transaction: Transaction): Promise<string> {
  const input = {
    ...loginFields(api.address),
    Sqls: transaction.statements.map((statement) => statement.text),
    ClientToken: transaction.token,
    StatementName: transaction.name,
    ExecutionMode: 'TRANSACTION' as const,
    ...parametersOf(transaction.statements),
  };
  const { Id: id = '' } = await call(api, 'submit', () => api.client.send(new BatchExecuteStatementCommand(input)));
  return id;
}

async function waitOrGone(api: Api, id: string, options: WaitOptions): Promise<StatementStatus> {
  try {
    return await wait(api, id, options);
  } catch (error) {
    // The API knows a statement for 24 h at most; afterwards only the ledger does.
    if (error instanceof WarehouseError && error.code === 'statement_unknown')
      return { kind: 'gone', submittedAt: undefined };
    throw error;
  }
}

/** CancelStatement fails in many ways for a statement that ends meanwhile, and may be forbidden; see the port. */
async function cancel({ client, ports }: Api, id: string): Promise<string | undefined> {
  try {
    await callApi({ step: 'cancel', attempts: CANCEL_ATTEMPTS }, ports.clock, () =>
      client.send(new CancelStatementCommand({ Id: id })),
    );
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function parametersOf(statements: readonly Statement[]): { Parameters?: { name: string; value: string }[] } {
  const parameters = statements.flatMap((statement) =>
    Object.entries(statement.params ?? {}).map(([name, value]) => ({ name, value })),
  );
  return parameters.length === 0 ? {} : { Parameters: parameters };
}

/** Polls until the statement has ended or the time is up. A passing failure of the API does not end the wait early. */
async function wait(api: Api, id: string, { statements, timeoutMs }: WaitOptions): Promise<StatementStatus> {
  const { clock } = api.ports;
  const deadline = clock.now() + timeoutMs;
  const polling: Polling = { isLong: true };
  for (;;) {
    const askedAt = clock.now();
    const seconds = Math.min(LONG_POLL_S_MAX, Math.max(0, Math.floor((deadline - askedAt) / 1_000)));
    const response = await describe(api, id, { seconds, polling }).catch((error: unknown) => {
      if (error instanceof WarehouseError && error.isRetryable && clock.now() < deadline) return undefined;
      throw error;
    });
    const status = response === undefined ? undefined : statusOf(response, statements);
    if (status !== undefined && (status.kind !== 'running' || clock.now() >= deadline)) return status;
    // A response that came at once means that the service does not wait, so this loop does.
    const pause = Math.min(POLL_MS - (clock.now() - askedAt), deadline - clock.now());
    if (pause > 0) await clock.pause(pause);
  }
}

interface Polling {
  /** Until the service reports too many waiting requests. The rest of this wait then asks without waiting. */
  isLong: boolean;
}

function describe(
  api: Api,
  id: string,
  { seconds, polling }: { readonly seconds: number; readonly polling: Polling },
): Promise<DescribeStatementResponse> {
  return call(api, 'describe', async () => {
    const isLong = polling.isLong && seconds > 0;
    try {
      const wanted = { Id: id, ...(isLong ? { WaitTimeSeconds: seconds } : {}) };
      return await api.client.send(new DescribeStatementCommand(wanted));
    } catch (error) {
      if (isWaitRefused(error)) polling.isLong = false;
      throw error;
    }
  });
}

const getResult = (api: Api, id: string, token: string | undefined) =>
  call(api, 'read the result of', () =>
    api.client.send(new GetStatementResultCommand({ Id: id, ...(token === undefined ? {} : { NextToken: token }) })),
  );

const call = <Response>(api: Api, step: ApiCall['step'], send: () => Promise<Response>): Promise<Response> =>
  callApi({ step, attempts: api.attempts }, api.ports.clock, send);
