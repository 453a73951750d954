/**
 * The known statements. Each is written to disk before it is acknowledged and again when it has ended, so tokens and
 * outcomes survive a restart. Limited in age, number and bytes.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../service.ts';
import {
  ACTIVE_MAX,
  ENDED_TEXT_CHARS_MAX,
  RESULTS_BYTES_MAX,
  RETENTION_MS,
  STATEMENTS_MAX,
  TOKEN_MS,
} from './limits.ts';
import { StatementFile } from './statement-file.ts';
import { isEnded, newPart, type StatementRecord, type StatementSpec } from './statement-record.ts';

export class StatementStore {
  readonly #file: StatementFile;
  readonly #now: () => number;
  /** In the order of arrival. */
  readonly #records = new Map<string, StatementRecord>();
  readonly #tokens = new Map<string, string>();
  readonly #waiters = new Map<string, Set<() => void>>();
  #active = 0;
  #resultBytes = 0;

  constructor(dir: string, now: () => number) {
    this.#now = now;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#file = new StatementFile(join(dir, 'statements.ndjson'));
    for (const record of this.#file.read()) this.#remember(record);
    this.#forgetOld();
    this.#file.rewrite([...this.#records.values()]);
  }

  /** Statements that had not ended when the process died. */
  unfinished(): readonly StatementRecord[] {
    return [...this.#records.values()].filter((record) => !isEnded(record.status));
  }

  /** The statement of this token if there is one, else a new one, which is on disk. */
  accept(spec: StatementSpec): { readonly record: StatementRecord; readonly isNew: boolean } {
    const known = this.#byToken(spec);
    if (known !== undefined) return { record: known, isNew: false };
    if (this.#active >= ACTIVE_MAX) {
      throw new ServiceError(
        400,
        'ActiveStatementsExceededException',
        `More than ${ACTIVE_MAX} statements are active.`,
      );
    }
    this.#forgetOld();
    const now = this.#now();
    const { sqls, ...rest } = spec;
    const record: StatementRecord = {
      id: randomUUID(),
      spec: rest,
      createdAt: now,
      parts: sqls.map((sql) => newPart(sql, now)),
      status: 'SUBMITTED',
      error: undefined,
      updatedAt: now,
      durationMs: 0,
      pid: 0,
    };
    this.#file.append(record, this.#records);
    this.#remember(record);
    return { record, isNew: true };
  }

  get(id: string): StatementRecord | undefined {
    return this.#records.get(id);
  }

  /** Those of one caller, newest first. */
  of(role: string): readonly StatementRecord[] {
    return [...this.#records.values()].filter(({ spec }) => spec.role === role).reverse();
  }

  /** Records the end and wakes the callers that wait for it. */
  end(record: StatementRecord): void {
    this.#active -= 1;
    for (const part of record.parts) {
      part.sql = part.sql.slice(0, ENDED_TEXT_CHARS_MAX);
      this.#resultBytes += part.result?.bytes ?? 0;
    }
    try {
      this.#file.append(record, this.#records);
    } catch {
      // A full disk. Without this line the next start asks the database how the statement ended (recovery.ts).
    }
    this.#dropOldResults();
    for (const wake of this.#waiters.get(record.id) ?? []) wake();
    this.#waiters.delete(record.id);
  }

  /** Resolves at the end, at the timeout, or when the client disconnects, whichever comes first. */
  async waitForEnd(
    record: StatementRecord,
    options: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<void> {
    if (isEnded(record.status) || options.ms === 0 || options.signal.aborted) return;
    const waiters = this.#waiters.get(record.id) ?? new Set();
    this.#waiters.set(record.id, waiters);
    let wake = (): void => undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      waiters.add(wake);
      setTimeout(wake, options.ms).unref();
      options.signal.addEventListener('abort', wake, { once: true });
    });
    options.signal.removeEventListener('abort', wake);
    waiters.delete(wake);
  }

  #byToken(spec: Pick<StatementSpec, 'role' | 'token'>): StatementRecord | undefined {
    const record = this.#records.get(this.#tokens.get(tokenKey(spec)) ?? '');
    return record !== undefined && record.createdAt > this.#now() - TOKEN_MS ? record : undefined;
  }

  #remember(record: StatementRecord): void {
    this.#records.set(record.id, record);
    if (record.spec.token !== undefined) this.#tokens.set(tokenKey(record.spec), record.id);
    if (!isEnded(record.status)) this.#active += 1;
  }

  #forgetOld(): void {
    const oldest = this.#now() - RETENTION_MS;
    for (const record of this.#records.values()) {
      if (record.createdAt > oldest && this.#records.size < STATEMENTS_MAX) return;
      if (isEnded(record.status)) this.#forget(record);
    }
  }

  #forget(record: StatementRecord): void {
    this.#records.delete(record.id);
    this.#dropResults(record);
    const key = tokenKey(record.spec);
    if (this.#tokens.get(key) === record.id) this.#tokens.delete(key);
  }

  #dropOldResults(): void {
    for (const record of this.#records.values()) {
      if (this.#resultBytes <= RESULTS_BYTES_MAX) return;
      if (isEnded(record.status)) this.#dropResults(record);
    }
  }

  #dropResults(record: StatementRecord): void {
    for (const part of record.parts) {
      this.#resultBytes -= part.result?.bytes ?? 0;
      part.result = undefined;
    }
  }
}

/** A token means nothing to another caller. */
const tokenKey = ({ role, token }: Pick<StatementSpec, 'role' | 'token'>): string => JSON.stringify([role, token]);
