/** The Redshift Data API over the stand-in: six operations, asynchronous as on AWS, unknown ones refused. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Log } from '@dataloaf/core/log';
import pg from 'pg';
import { Availability } from '../../availability.ts';
import type { ObjectReader } from '../../redshift/object-reader.ts';
import { type JsonRequest, type JsonService, notImplemented, ServiceError } from '../service.ts';
import { describeStatement, listStatement, submittedStatement } from './answers.ts';
import { CONNECT_MS } from './patient-connection.ts';
import { recover } from './recovery.ts';
import { Body, parseStatement, parseStatementId, parseStatusFilter, validation } from './request.ts';
import type { RunFaults } from './run-faults.ts';
import { StatementQueue } from './statement-queue.ts';
import { isEnded, type Part, type StatementRecord } from './statement-record.ts';
import { columnMetadata, readPage } from './statement-result.ts';
import { StatementRunner } from './statement-runner.ts';
import { StatementStore } from './statement-store.ts';

export interface RedshiftDataOptions {
  /** The stack's own folder; files go below its `redshift-data/`. */
  readonly dir: string;
  /** Name under which clients know the database. */
  readonly database: string;
  /** Address of that database, made by `prepareDatabase`. */
  readonly url: string;
  /** Name of the workgroup; others do not exist. */
  readonly workgroup: string;
  /** Where COPY reads. */
  readonly objects: ObjectReader;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  /** Redshift's default for new warehouses is snapshot isolation, which Postgres calls repeatable read. @default that */
  readonly isolation?: 'repeatable read' | 'serializable';
  /** Statements that run at once; others wait. @default 8 */
  readonly concurrency?: number;
  readonly faults?: RunFaults;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

export interface RedshiftDataService extends JsonService {
  /** Cancels what runs and closes all connections. */
  close(): Promise<void>;
}

const PAGE_MAX = 100;

/** Answers when the statements of an earlier process have found their end. */
export async function startRedshiftData(options: RedshiftDataOptions): Promise<RedshiftDataService> {
  const now = options.now ?? Date.now;
  const dir = join(resolve(options.dir), 'redshift-data');
  const sessionName = `dataloaf-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`;
  const concurrency = options.concurrency ?? 8;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: concurrency,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: sessionName,
    options: `-c default_transaction_isolation=${(options.isolation ?? 'repeatable read').replaceAll(' ', '\\ ')}`,
  });
  const control = new pg.Pool({ connectionString: options.url, max: 2, connectionTimeoutMillis: CONNECT_MS });
  // A connection that breaks while nobody uses it is replaced by the pool.
  for (const one of [pool, control]) {
    one.on('error', (error) => {
      // A pool that is closed does not wait for its sockets: the server that stops next may cut them.
      if (!one.ending) options.log.warn({ err: error }, 'lost a connection');
    });
  }
  const store = new StatementStore(dir, now);
  const unfinished = store.unfinished();
  await recover(unfinished, { control, sessionName, now });
  for (const record of unfinished) store.end(record);
  let queryId = Math.floor(Date.now() / 1000) * 1000;
  const runner = new StatementRunner({
    pool,
    control,
    availability: new Availability('Postgres', options.log),
    objects: options.objects,
    now,
    nextQueryId: () => {
      queryId += 1;
      return queryId;
    },
    faults: options.faults ?? {},
    log: options.log,
  });
  const queue = new StatementQueue({ runner, store, control, now, concurrency });
  return new Service({ ...options, store, queue, close: () => closeAll(queue, [pool, control]) });
}

async function closeAll(queue: StatementQueue, pools: readonly pg.Pool[]): Promise<void> {
  await queue.close();
  await Promise.all(pools.map((pool) => pool.end()));
}

type Parts = Pick<RedshiftDataOptions, 'database' | 'workgroup'> & {
  readonly store: StatementStore;
  readonly queue: StatementQueue;
  readonly close: () => Promise<void>;
};

class Service implements RedshiftDataService {
  readonly scope = 'redshift-data';
  readonly target = 'RedshiftData';
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async handle(request: JsonRequest): Promise<unknown> {
    const body = new Body(request.body);
    switch (request.operation) {
      case 'ExecuteStatement':
        return this.#execute(body, { kind: 'single', signal: request.signal });
      case 'BatchExecuteStatement':
        return this.#execute(body, { kind: 'batch', signal: request.signal });
      case 'DescribeStatement':
        return this.#describe(body, request.signal);
      case 'GetStatementResult':
        return this.#result(body, request.signal);
      case 'CancelStatement':
        return this.#cancel(body);
      case 'ListStatements':
        return this.#list(body);
      default:
        throw notImplemented('redshift-data', request.operation);
    }
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  async #execute(
    body: Body,
    how: { readonly kind: 'single' | 'batch'; readonly signal: AbortSignal },
  ): Promise<unknown> {
    const spec = parseStatement(body, how.kind);
    const { store, queue, database, workgroup } = this.#parts;
    if (spec.workgroup !== workgroup) throw validation(`Redshift endpoint doesn't exist: workgroup ${spec.workgroup}.`);
    if (spec.database !== database) throw validation(`FATAL: database "${spec.database}" does not exist`);
    const ms = body.waitSeconds() * 1000;
    const { record, isNew } = store.accept(spec);
    if (isNew) queue.add(record);
    await store.waitForEnd(record, { ms, signal: how.signal });
    return submittedStatement(record);
  }

  async #describe(body: Body, signal: AbortSignal): Promise<unknown> {
    const { record, nth } = this.#find(body);
    await this.#parts.store.waitForEnd(record, { ms: body.waitSeconds() * 1000, signal });
    return describeStatement(record, nth);
  }

  async #result(body: Body, signal: AbortSignal): Promise<unknown> {
    const { record, nth } = this.#find(body);
    await this.#parts.store.waitForEnd(record, { ms: body.waitSeconds() * 1000, signal });
    if (record.spec.isBatch && nth === undefined) {
      throw validation('Query id of a batch has no result: ask for one of its statements, <id>:<number>.');
    }
    const result = record.status === 'FINISHED' ? partOf(record, nth).result : undefined;
    if (result === undefined) {
      throw notFound('Query does not have result. Please check query status with DescribeStatement.');
    }
    const from = parseNextToken(body);
    const page = readPage(result, from);
    return {
      Records: page.records,
      ColumnMetadata: columnMetadata(result.columns),
      TotalNumRows: result.rows.length,
      ...(page.next === undefined ? {} : { NextToken: toNextToken(page.next) }),
    };
  }

  async #cancel(body: Body): Promise<unknown> {
    const { record } = this.#find(body);
    if (isEnded(record.status)) throw validation(`Could not cancel a query that is already in ${record.status} state.`);
    await this.#parts.queue.cancel(record);
    return { Status: true };
  }

  #list(body: Body): unknown {
    const status = parseStatusFilter(body);
    const name = body.statementName();
    const max = body.whole('MaxResults', { min: 0, max: PAGE_MAX }) ?? PAGE_MAX;
    const from = parseNextToken(body);
    const matching = this.#parts.store
      .all()
      .filter((record) => status === 'ALL' || record.status === status)
      .filter((record) => name === undefined || (record.spec.name ?? '').startsWith(name));
    const end = from + (max === 0 ? PAGE_MAX : max);
    return {
      Statements: matching.slice(from, end).map(listStatement),
      ...(end < matching.length ? { NextToken: toNextToken(end) } : {}),
    };
  }

  #find(body: Body): { readonly record: StatementRecord; readonly nth: number | undefined } {
    const { id, nth } = parseStatementId(body);
    const record = this.#parts.store.get(id);
    if (record === undefined) throw notFound('Query does not exist.');
    if (nth !== undefined) partOf(record, nth);
    return { record, nth };
  }
}

function partOf(record: StatementRecord, nth: number | undefined): Part {
  const part = record.parts[(nth ?? 1) - 1];
  if (part === undefined) throw notFound('Query does not exist.');
  return part;
}

const notFound = (message: string): ServiceError => new ServiceError(400, 'ResourceNotFoundException', message);

const toNextToken = (row: number): string => Buffer.from(`row:${row}`).toString('base64url');

function parseNextToken(body: Body): number {
  const token = body.text('NextToken', 64);
  if (token === undefined) return 0;
  const match = /^row:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) throw validation('NextToken is not valid.');
  return Number(match[1]);
}
