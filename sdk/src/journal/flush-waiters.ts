/** Who waits in flush(), and for which items: all up to a sequence, and the later places of those that were written again. */

interface Waiter {
  readonly target: number;
  readonly again: Set<number>;
  readonly resolve: () => void;
}

export class FlushWaiters {
  #waiters: Waiter[] = [];

  get size(): number {
    return this.#waiters.length;
  }

  add(target: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ target, again: new Set(), resolve });
    });
  }

  /** The item of one sequence stands at another one now. */
  moved(from: number, to: number): void {
    for (const { target, again } of this.#waiters) {
      if (from <= target || again.has(from)) again.add(to);
    }
  }

  settled(seq: number): void {
    for (const { again } of this.#waiters) again.delete(seq);
  }

  /** Lets go who has nothing left to wait for, when all up to this sequence are settled. */
  release(settledSeq: number): void {
    if (this.#waiters.length === 0) return;
    // Those that were passed over, not settled one by one: damaged, or taken with their folder.
    for (const { again } of this.#waiters) for (const seq of again) if (seq <= settledSeq) again.delete(seq);
    const isDone = ({ target, again }: Waiter): boolean => settledSeq >= target && again.size === 0;
    const done = this.#waiters.filter(isDone);
    this.#waiters = this.#waiters.filter((waiter) => !isDone(waiter));
    for (const { resolve } of done) resolve();
  }
}
