/**
 * The pending calls of `flush()`. Each waits for all records up to a sequence, and for the new sequences of those that
 * were written again meanwhile. None waits longer than its caller wants, or than the journal is open.
 */
import type { StopSignal } from '../timing.ts';

interface Waiter {
  readonly target: number;
  readonly again: Set<number>;
  readonly resolve: () => void;
}

export class FlushWaiters {
  #waiters: Waiter[] = [];
  #isClosed = false;

  get size(): number {
    return this.#waiters.length;
  }

  /** The promise resolves also when the signal stops. */
  add(target: number, signal: StopSignal): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { target, again: new Set<number>(), resolve };
      this.#waiters.push(waiter);
      signal.onStop(() => {
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
        resolve();
      });
    });
  }

  /** Nothing will be settled any more: resolves every waiter, also those to come. */
  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  /** The item was written again, under another sequence. */
  moved(from: number, to: number): void {
    for (const { target, again } of this.#waiters) {
      if (from <= target || again.has(from)) again.add(to);
    }
  }

  settled(seq: number): void {
    for (const { again } of this.#waiters) again.delete(seq);
  }

  /** All records up to this sequence are settled: resolves every waiter that has nothing left to wait for. */
  release(settledSeq: number): void {
    if (this.#waiters.length === 0) return;
    // Skipped, not settled one by one: damaged records, and those of a folder that another process took.
    for (const { again } of this.#waiters) for (const seq of again) if (seq <= settledSeq) again.delete(seq);
    const isDone = ({ target, again }: Waiter): boolean => settledSeq >= target && again.size === 0;
    const done = this.#waiters.filter(isDone);
    this.#waiters = this.#waiters.filter((waiter) => !isDone(waiter));
    for (const { resolve } of done) resolve();
  }
}
