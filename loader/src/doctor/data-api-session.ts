/** A session over the Data API. It keeps everything that the service reports, where the product's adapter keeps what it needs. */
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
  type SubStatementData,
} from '@aws-sdk/client-redshift-data';
import { messageOf, WarehouseError } from '@dataloaf/core/errors';
import { LONG_POLL_S_MAX } from '@dataloaf/core/limits';
import { type DatabaseAddress, loginFields, placeFields } from '@dataloaf/core/warehouse/address';
import type { Cell, Statement } from '@dataloaf/core/warehouse/warehouse';
import type { ColumnFacts, Outcome, Session, Started, StartOptions, StatementOutcome } from './session.ts';

export interface SessionOptions {
  readonly client: RedshiftDataClient;
  readonly address: DatabaseAddress;
  /** Applied to every statement before it is sent. */
  readonly rewrite: (statement: Statement) => Statement;
  /** Longest time for one transaction. A sleeping serverless warehouse needs a minute to wake. */
  readonly timeoutMs: number;
}

export interface SessionPorts {
  now(): number;
  pause(ms: number): Promise<void>;
  newToken(): string;
  /** Receives every transaction that ended, for the transcript. */
  onOutcome(outcome: Outcome): void;
  /** Aborts the run: the transaction in flight is cancelled. */
  readonly signal: AbortSignal;
}

const POLL_MS = 100;
const ENDED = ['FINISHED', 'FAILED', 'ABORTED'];
/** More rows than any check returns. */
const PAGES_MAX = 20;
const LISTED_MAX = 100;

export function createSession(options: SessionOptions, ports: SessionPorts): Session {
  const connection: Connection = { ...options, ports };
  const running = new Set<string>();
  const keep = (started: Started): Started => {
    if (started.kind === 'started') running.add(started.id);
    return started;
  };
  const end = async (started: Started): Promise<Outcome> => {
    const outcome = started.kind === 'refused' ? started.outcome : await endOf(connection, started);
    if (started.kind === 'started') running.delete(started.id);
    ports.onOutcome(outcome);
    return outcome;
  };
  return {
    start: async (statements, startOptions = {}) => keep(await start(connection, statements, startOptions)),
    end,
    run: async (statements) => end(keep(await start(connection, statements, {}))),
    runSingle: async (statement) => end(keep(await startSingle(connection, statement))),
    cancelAll: async () => {
      for (const id of running) await cancel(connection, id);
    },
    progress: async (id) => {
      ports.signal.throwIfAborted();
      const { SubStatements: parts = [] } = await options.client.send(new DescribeStatementCommand({ Id: id }));
      return parts.map(({ Status: status = 'UNKNOWN' }) => status);
    },
    cancel: (id) => cancel(connection, id),
    listNames: (prefix) => listNames(connection, prefix),
  };
}

interface Connection extends SessionOptions {
  readonly ports: SessionPorts;
}

async function start(
  { client, address, rewrite, ports }: Connection,
  given: readonly Statement[],
  { token, name }: StartOptions,
): Promise<Started> {
  const statements = given.map(rewrite);
  const parameters = statements.flatMap(({ params = {} }) => parametersOf(params));
  return submit(ports, statements, () =>
    client.send(
      new BatchExecuteStatementCommand({
        ...loginFields(address),
        Sqls: statements.map(({ text }) => text),
        ClientToken: token ?? ports.newToken(),
        ...(name === undefined ? {} : { StatementName: name }),
        ...(parameters.length === 0 ? {} : { Parameters: parameters }),
      }),
    ),
  );
}

async function startSingle({ client, address, rewrite, ports }: Connection, given: Statement): Promise<Started> {
  const statement = rewrite(given);
  const parameters = parametersOf(statement.params ?? {});
  return submit(ports, [statement], () =>
    client.send(
      new ExecuteStatementCommand({
        ...loginFields(address),
        Sql: statement.text,
        ClientToken: ports.newToken(),
        ...(parameters.length === 0 ? {} : { Parameters: parameters }),
      }),
    ),
  );
}

const parametersOf = (params: Readonly<Record<string, string>>): { name: string; value: string }[] =>
  Object.entries(params).map(([name, value]) => ({ name, value }));

async function submit(
  { now, signal }: SessionPorts,
  statements: readonly Statement[],
  send: () => Promise<{ Id?: string | undefined }>,
): Promise<Started> {
  signal.throwIfAborted();
  const at = now();
  try {
    const { Id: id = '' } = await send();
    return { kind: 'started', id, statements, at };
  } catch (error) {
    if (!isRefusal(error)) throw unreachable(error);
    return { kind: 'refused', outcome: refusal(error, statements, now() - at) };
  }
}

/** The service judged the call. Everything else (credentials, names, network) makes all checks meaningless. */
const isRefusal = (error: unknown): error is Error => error instanceof Error && error.name === 'ValidationException';

const unreachable = (error: unknown): WarehouseError =>
  new WarehouseError('doctor_unreachable', `Expected the Data API to take a statement, got: ${messageOf(error)}`, {
    isRetryable: false,
    cause: error,
    hint: 'Check the region, the name of the workgroup or cluster, the database, and the rights of the credentials.',
  });

const refusal = (error: Error, statements: readonly Statement[], ms: number): Outcome => ({
  status: 'REFUSED',
  error: `${error.name}: ${error.message}`,
  statements: statements.map((statement) => emptyOutcome(statement, 'REFUSED')),
  ms,
});

const emptyOutcome = ({ name, text }: Statement, status: string): StatementOutcome => ({
  ...{ name, text, status, queryId: -1 },
  ...{ columns: [], rows: [], ms: 0 },
});

async function endOf(connection: Connection, started: Started & { kind: 'started' }): Promise<Outcome> {
  const { ports } = connection;
  const description = await waitForEnd(connection, started);
  const parts: readonly Part[] = description.SubStatements ?? [description];
  const statements: StatementOutcome[] = [];
  for (const [at, statement] of started.statements.entries()) {
    const part = parts[at];
    statements.push(
      part === undefined ? emptyOutcome(statement, 'ABORTED') : await readPart(connection, statement, part),
    );
  }
  return {
    status: description.Status ?? 'UNKNOWN',
    ...(description.Error === undefined ? {} : { error: description.Error }),
    statements,
    ms: ports.now() - started.at,
  };
}

/** A statement of a batch, or one that was sent alone. */
type Part = SubStatementData | DescribeStatementResponse;

async function waitForEnd(
  connection: Connection,
  { id, at }: Started & { kind: 'started' },
): Promise<DescribeStatementResponse> {
  const { client, ports, timeoutMs } = connection;
  for (;;) {
    const askedAt = ports.now();
    const WaitTimeSeconds = Math.min(LONG_POLL_S_MAX, Math.max(1, Math.floor((at + timeoutMs - askedAt) / 1_000)));
    const description = await client.send(new DescribeStatementCommand({ Id: id, WaitTimeSeconds }));
    if (ENDED.includes(description.Status ?? '')) return description;
    const isLate = ports.now() - at >= timeoutMs;
    if (isLate || ports.signal.aborted) await cancel(connection, id);
    ports.signal.throwIfAborted();
    if (isLate) return description;
    // A service that does not wait responds at once.
    if (ports.now() - askedAt < POLL_MS) await ports.pause(POLL_MS);
  }
}

async function readPart({ client }: Connection, { name, text }: Statement, part: Part): Promise<StatementOutcome> {
  const status = part.Status ?? 'UNKNOWN';
  const hasResult = part.HasResultSet === true && status === 'FINISHED' && part.Id !== undefined;
  const result = hasResult ? await readResult(client, part.Id ?? '') : { columns: [], rows: [] };
  return {
    name,
    text,
    status,
    ...(part.Error === undefined ? {} : { error: part.Error }),
    queryId: part.RedshiftQueryId ?? -1,
    ...result,
    ms: Math.round((part.Duration ?? 0) / 1_000_000),
  };
}

async function readResult(client: RedshiftDataClient, id: string): Promise<Pick<StatementOutcome, 'columns' | 'rows'>> {
  let columns: readonly ColumnFacts[] = [];
  const rows: (readonly Cell[])[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const more = token === undefined ? {} : { NextToken: token };
    const result = await client.send(new GetStatementResultCommand({ Id: id, ...more }));
    columns = (result.ColumnMetadata ?? []).map((column) => ({
      name: column.name ?? '',
      type: column.typeName ?? '',
      precision: column.precision ?? 0,
      scale: column.scale ?? 0,
      length: column.length ?? 0,
    }));
    for (const record of result.Records ?? []) rows.push(record.map(cellOf));
    token = result.NextToken;
    if (token === undefined) break;
  }
  return { columns, rows };
}

const cellOf = (field: Field): Cell =>
  field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;

async function cancel({ client }: Connection, id: string): Promise<string> {
  try {
    await client.send(new CancelStatementCommand({ Id: id }));
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}

async function listNames({ client, address }: Connection, prefix: string): Promise<readonly string[]> {
  const { Statements: statements = [] } = await client.send(
    new ListStatementsCommand({
      ...placeFields(address),
      StatementName: prefix,
      Status: 'ALL',
      MaxResults: LISTED_MAX,
    }),
  );
  return statements.flatMap(({ StatementName: name }) => (name === undefined ? [] : [name]));
}
