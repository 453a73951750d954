/**
 * Runs a statement on its own connection. TRANSACTION: all parts or none. The transaction also records its own outcome
 * (`data_api_commits`), so the outcome is known even when the connection or the process dies at COMMIT. AUTO_COMMIT: each
 * part commits separately.
 */
import type { Log } from '@dataloaf/core/log';
import type pg from 'pg';
import type { Availability } from '../../availability.ts';
import { runCopy } from '../../redshift/copy.ts';
import { LoadError } from '../../redshift/load-error.ts';
import { indexesOf } from '../../redshift/local-indexes.ts';
import type { ObjectReader } from '../../redshift/object-reader.ts';
import { type Translation, translate } from '../../redshift/translate.ts';
import { connectPatiently } from './patient-connection.ts';
import type { RunFaults, RunPoint } from './run-faults.ts';
import { type QueryOutcome, runQuery } from './run-query.ts';
import type { Sessions } from './sessions.ts';
import { failureText, isCancelled, isConnectionLost } from './sql-failure.ts';
import type { Part, StatementRecord, Status } from './statement-record.ts';

export interface RunnerOptions {
  /** Connections for statements, each as the statement's user. */
  readonly sessions: Sessions;
  /** Connections for work that cannot wait for the pool: cancels, error details, lookups of commits. */
  readonly control: pg.Pool;
  readonly availability: Availability;
  readonly objects: ObjectReader;
  readonly now: () => number;
  readonly nextQueryId: () => number;
  readonly faults: RunFaults;
  readonly log: Pick<Log, 'warn' | 'debug'>;
}

export interface Turn {
  /** Ends the statement early. */
  readonly signal: AbortSignal;
  /** Called at the end, before another statement gets the connection. */
  ended(): void;
  /** Resolves when no cancel request for the connection is in flight. */
  settled(): Promise<unknown>;
}

interface Run {
  readonly record: StatementRecord;
  readonly client: pg.PoolClient;
  readonly signal: AbortSignal;
  readonly point: RunPoint;
  /** Whether a part has written. */
  hasWritten: boolean;
  /** Whether a part has changed what sessions start with. */
  hasChangedSessions: boolean;
}

export class StatementRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Moves the record to its end; never rejects. */
  async run(record: StatementRecord, turn: Turn): Promise<void> {
    const { signal } = turn;
    const startedAt = this.#options.now();
    this.#move(record, 'PICKED');
    let client: pg.PoolClient | undefined;
    let broken: Error | undefined;
    // A connection that breaks while idle emits this event; the next query then fails by itself.
    const onBroken = (error: Error): void => {
      broken = error;
    };
    try {
      const { availability, sessions } = this.#options;
      client = await connectPatiently(() => sessions.connect(record.spec.user), { availability, signal });
      client.on('error', onBroken);
      record.pid = pidOf(client);
      this.#move(record, 'STARTED');
      const point = { statementId: record.id, name: record.spec.name, pid: record.pid };
      const run: Run = { record, client, signal, point, hasWritten: false, hasChangedSessions: false };
      await (record.spec.mode === 'TRANSACTION' ? this.#runTransaction(run) : this.#runEach(run));
      if (run.hasChangedSessions) sessions.renew();
    } catch (error) {
      if (isConnectionLost(error)) broken = asError(error);
      this.#fail(record, { error, signal });
    }
    record.durationMs = this.#options.now() - startedAt;
    record.pid = 0;
    turn.ended();
    await turn.settled();
    await this.#release(client, { broken, onBroken });
  }

  async #runTransaction(run: Run): Promise<void> {
    const { record, client, signal } = run;
    await client.query('BEGIN');
    try {
      for (const [index, part] of record.parts.entries()) await this.#runPart(run, { part, index });
      if (run.hasWritten) await writeOutcome(run);
      signal.throwIfAborted();
    } catch (error) {
      // On a broken connection the server rolls back by itself.
      if (!isConnectionLost(error)) await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await this.#commit(run);
    await this.#options.faults.afterCommit?.(run.point);
    this.#move(record, 'FINISHED');
  }

  async #commit(run: Run): Promise<void> {
    try {
      await run.client.query('COMMIT');
    } catch (error) {
      if (!isConnectionLost(error) || !(await this.#hasCommitted(run))) throw error;
      this.#options.log.warn({ statement: run.record.id }, 'lost the connection after a commit');
    }
  }

  async #hasCommitted(run: Run): Promise<boolean> {
    const { control, availability } = this.#options;
    const client = await connectPatiently(() => control.connect(), { availability, signal: run.signal });
    // This connection may break too. The query then fails by itself; without a listener the process would end.
    const onBroken = (): void => undefined;
    client.on('error', onBroken);
    try {
      const { rowCount } = await client.query('SELECT 1 FROM redshift.data_api_commits WHERE statement_id = $1', [
        run.record.id,
      ]);
      return rowCount === 1;
    } finally {
      client.off('error', onBroken);
      client.release();
    }
  }

  async #runEach(run: Run): Promise<void> {
    let failed: Part | undefined;
    for (const [index, part] of run.record.parts.entries()) {
      try {
        await this.#runPart(run, { part, index });
      } catch (error) {
        if (isConnectionLost(error) || run.signal.aborted) throw error;
        failed ??= part;
      }
    }
    await this.#options.faults.afterCommit?.(run.point);
    if (failed !== undefined) run.record.error = batchError(run.record);
    this.#move(run.record, failed === undefined ? 'FINISHED' : 'FAILED');
  }

  async #runPart(run: Run, at: { readonly part: Part; readonly index: number }): Promise<void> {
    const { part, index } = at;
    const startedAt = this.#options.now();
    part.queryId = this.#options.nextQueryId();
    this.#movePart(part, 'STARTED');
    try {
      run.signal.throwIfAborted();
      await this.#options.faults.beforeStatement?.({ ...run.point, index, sql: part.sql });
      run.signal.throwIfAborted();
      const translation = translate(part.sql);
      run.hasWritten ||= translation.kind === 'copy' || (translation.kind === 'query' && !translation.isRead);
      run.hasChangedSessions ||= translation.kind === 'query' && translation.changesSessions === true;
      const { result, rows } = await this.#execute(run, translation);
      part.result = result;
      part.hasResultSet = result !== undefined;
      part.rows = rows;
      part.resultBytes = result?.bytes ?? 0;
      part.durationMs = this.#options.now() - startedAt;
      this.#movePart(part, 'FINISHED');
    } catch (error) {
      part.durationMs = this.#options.now() - startedAt;
      if (error instanceof LoadError)
        await this.#noteLoadError({ queryId: part.queryId, user: run.record.spec.user }, error);
      if (run.signal.aborted || isCancelled(error)) this.#movePart(part, 'ABORTED');
      else {
        part.error = failureText(error);
        this.#movePart(part, 'FAILED');
      }
      throw error;
    }
  }

  async #execute(run: Run, translation: Translation): Promise<QueryOutcome> {
    const { client, signal, record } = run;
    switch (translation.kind) {
      case 'ignored':
        return { result: undefined, rows: 0 };
      case 'copy': {
        const rows = await runCopy(translation.copy, { client, signal, reader: this.#options.objects });
        return { result: undefined, rows };
      }
      case 'query': {
        const values = translation.params.map((name) => record.spec.parameters[name] ?? '');
        this.#options.log.debug({ statement: record.id, sql: translation.text }, 'ran a statement');
        const outcome = await runQuery(client, { text: translation.text, values });
        if (translation.created !== undefined) {
          for (const index of indexesOf(translation.created)) await client.query(index);
        }
        return outcome;
      }
    }
  }

  async #noteLoadError(
    { queryId, user }: { readonly queryId: number; readonly user: string },
    { detail }: LoadError,
  ): Promise<void> {
    await this.#options.control.query(
      `INSERT INTO redshift.sys_load_error_detail
         (query_id, table_name, file_name, line_number, column_name, column_type, error_code, error_message, user_name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, redshift.pg_role('user', $9))`,
      [
        queryId,
        detail.table,
        detail.file,
        detail.line,
        detail.column?.name ?? '',
        detail.column?.type ?? '',
        detail.code,
        detail.message,
        user,
      ],
    );
  }

  #fail(record: StatementRecord, why: { readonly error: unknown; readonly signal: AbortSignal }): void {
    for (const part of record.parts) {
      if (part.status === 'SUBMITTED') this.#movePart(part, 'ABORTED');
      // Rows that a failed transaction read are not a result.
      part.result = undefined;
      part.hasResultSet = false;
    }
    const isAborted = why.signal.aborted || isCancelled(why.error);
    if (!isAborted) record.error = batchError(record) ?? failureText(why.error);
    this.#move(record, isAborted ? 'ABORTED' : 'FAILED');
  }

  #move(record: StatementRecord, status: Status): void {
    record.status = status;
    record.updatedAt = this.#options.now();
  }

  #movePart(part: Part, status: Status): void {
    part.status = status;
    part.updatedAt = this.#options.now();
  }

  /** Temporary tables and settings end with the statement. A connection that cannot be cleaned is discarded. */
  async #release(
    client: pg.PoolClient | undefined,
    state: { readonly broken: Error | undefined; readonly onBroken: (error: Error) => void },
  ): Promise<void> {
    if (client === undefined) return;
    const failure =
      state.broken ??
      (await client.query('DISCARD ALL').then(
        () => undefined,
        (error: unknown) => asError(error),
      ));
    client.off('error', state.onBroken);
    client.release(failure);
  }
}

/** The last statement of a transaction that wrote; it commits or rolls back with the rest. */
async function writeOutcome({ record, client }: Run): Promise<void> {
  const outcome = record.parts.map((part) => ({ queryId: part.queryId, rows: part.rows }));
  await client.query('SELECT redshift.note_commit($1, $2::json::jsonb)', [record.id, JSON.stringify(outcome)]);
}

/** The first failed part's error, with its number in a batch. */
function batchError(record: StatementRecord): string | undefined {
  const index = record.parts.findIndex((part) => part.status === 'FAILED');
  const error = record.parts[index]?.error;
  if (error === undefined) return undefined;
  return record.spec.isBatch ? `Query #${index + 1} failed with ${error}` : error;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The driver has it from the server's greeting; its type definitions lack it. */
const pidOf = (client: pg.PoolClient): number => Number(Reflect.get(client, 'processID') ?? 0);
