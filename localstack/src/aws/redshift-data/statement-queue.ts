/** Runs statements in the order of arrival, a limited number at once, and ends cancelled ones. */
import type pg from 'pg';
import type { StatementRecord } from './statement-record.ts';
import type { StatementRunner } from './statement-runner.ts';
import type { StatementStore } from './statement-store.ts';

interface Active {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Cancel requests in flight. The connection is not reused before they have arrived: they would hit the next statement. */
  readonly cancels: Promise<unknown>[];
}

export interface QueueOptions {
  readonly runner: StatementRunner;
  readonly store: StatementStore;
  readonly control: pg.Pool;
  readonly now: () => number;
  readonly concurrency: number;
}

export class StatementQueue {
  readonly #options: QueueOptions;
  readonly #waiting: StatementRecord[] = [];
  readonly #active = new Map<string, Active>();
  #isClosed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(record: StatementRecord): void {
    this.#waiting.push(record);
    this.#startNext();
  }

  /** Requests the end of a statement that has not ended. */
  async cancel(record: StatementRecord): Promise<void> {
    const waitingAt = this.#waiting.indexOf(record);
    if (waitingAt !== -1) {
      this.#waiting.splice(waitingAt, 1);
      for (const part of record.parts) part.status = 'ABORTED';
      record.status = 'ABORTED';
      record.updatedAt = this.#options.now();
      this.#options.store.end(record);
      return;
    }
    const active = this.#active.get(record.id);
    if (active === undefined) return;
    active.abort.abort();
    if (record.pid === 0) return;
    const cancel = this.#options.control.query('SELECT pg_cancel_backend($1)', [record.pid]);
    active.cancels.push(cancel.catch(() => undefined));
    await cancel;
  }

  /** Starts no more statements and ends the running ones. Waiting ones stay unfinished on disk and are FAILED after a restart. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    const running = [...this.#active.entries()];
    for (const [id] of running) {
      const record = this.#options.store.get(id);
      if (record !== undefined) await this.cancel(record);
    }
    await Promise.all(running.map(([, active]) => active.done));
  }

  #startNext(): void {
    if (this.#isClosed || this.#active.size >= this.#options.concurrency) return;
    const record = this.#waiting.shift();
    if (record === undefined) return;
    const abort = new AbortController();
    const cancels: Promise<unknown>[] = [];
    const done = this.#options.runner
      .run(record, {
        signal: abort.signal,
        ended: () => this.#options.store.end(record),
        settled: () => Promise.all(cancels),
      })
      .then(() => {
        this.#active.delete(record.id);
        this.#startNext();
      });
    this.#active.set(record.id, { abort, done, cancels });
  }
}
