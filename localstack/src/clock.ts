/**
 * The virtual clock of a stack: the wall clock plus an offset that only grows. `advance` makes minutes pass at once: it
 * jumps from one due time to the next, waits for the tasks that are due there, and resolves when no due task is left. The
 * offset lasts as long as the process.
 */

export interface Timer {
  cancel(): void;
}

interface Pending {
  readonly dueMs: number;
  readonly task: () => Promise<void>;
  handle: NodeJS.Timeout | undefined;
}

export interface ClockOptions {
  /** Wall clock in milliseconds. @default Date.now */
  readonly wall?: () => number;
}

/** The longest delay that `setTimeout` accepts; a later timer is checked again after it. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

export class Clock {
  readonly #wall: () => number;
  readonly #pending = new Set<Pending>();
  readonly #running = new Set<Promise<void>>();
  #offsetMs = 0;
  #advancing: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: ClockOptions = {}) {
    this.#wall = options.wall ?? Date.now;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#wall() + this.#offsetMs;
  }

  date(): Date {
    return new Date(this.now());
  }

  /** Runs `task` once at `dueMs`. The task handles its own errors: a rejection would end the process. */
  at(dueMs: number, task: () => Promise<void>): Timer {
    const pending: Pending = { dueMs, task, handle: undefined };
    if (!this.#isStopped) {
      this.#pending.add(pending);
      this.#arm(pending);
    }
    return { cancel: () => this.#remove(pending) };
  }

  after(delayMs: number, task: () => Promise<void>): Timer {
    return this.at(this.now() + delayMs, task);
  }

  /** Moves time forward. Concurrent calls run one after the other. */
  advance(byMs: number): Promise<void> {
    const done = this.#advancing.then(() => this.#advanceTo(this.now() + byMs));
    this.#advancing = done.catch(() => undefined); // The caller gets the error; the next call only waits for the end.
    return done;
  }

  /** Cancels all timers and waits for the running tasks. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const pending of [...this.#pending]) this.#remove(pending);
    await this.#settle();
  }

  async #advanceTo(targetMs: number): Promise<void> {
    await this.#settle();
    for (let next = this.#firstDue(targetMs); next !== undefined; next = this.#firstDue(targetMs)) {
      this.#jumpTo(next.dueMs);
      void this.#fire(next);
      await this.#settle();
    }
    this.#jumpTo(targetMs);
    for (const pending of this.#pending) this.#arm(pending);
  }

  #firstDue(targetMs: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.dueMs <= targetMs && (first === undefined || pending.dueMs < first.dueMs)) first = pending;
    }
    return first;
  }

  #jumpTo(instantMs: number): void {
    this.#offsetMs += Math.max(0, instantMs - this.now());
  }

  #arm(pending: Pending): void {
    clearTimeout(pending.handle);
    const delayMs = Math.min(Math.max(0, pending.dueMs - this.now()), TIMEOUT_MS_MAX);
    pending.handle = setTimeout(() => {
      if (this.now() < pending.dueMs) this.#arm(pending);
      else void this.#fire(pending);
    }, delayMs);
  }

  #fire(pending: Pending): Promise<void> {
    this.#remove(pending);
    const run = pending.task().finally(() => this.#running.delete(run));
    this.#running.add(run);
    return run;
  }

  #remove(pending: Pending): void {
    clearTimeout(pending.handle);
    this.#pending.delete(pending);
  }

  async #settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
