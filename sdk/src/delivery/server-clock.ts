/**
 * The clock of the API, for a machine whose own clock is wrong by an hour or more. An event that is stamped more than a
 * day ahead would be rejected. So a wrong clock is replaced by the `Date` of the last answer plus the time since then,
 * until an answer shows that our clock is right again. Smaller errors stay: a network and a `Date` of whole seconds
 * know no better.
 */
import { CLOCK_ERROR_MS_MIN } from '../limits.ts';

export interface Clocks {
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** Monotonic milliseconds: they go on when somebody sets the wall clock. */
  readonly elapsed: () => number;
}

export class ServerClock {
  readonly #clocks: Clocks;
  /** What the clock of the API showed when `elapsed()` was 0. Undefined while our own clock is right. */
  #zeroMs: number | undefined;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  now(): number {
    return this.#zeroMs === undefined ? this.#clocks.now() : this.#zeroMs + Math.trunc(this.#clocks.elapsed());
  }

  /** Takes the `Date` of an answer. Returns by how much our clock is ahead. */
  learn(dateMs: number): number {
    const aheadMs = this.#clocks.now() - dateMs;
    this.#zeroMs = Math.abs(aheadMs) < CLOCK_ERROR_MS_MIN ? undefined : dateMs - Math.trunc(this.#clocks.elapsed());
    return aheadMs;
  }
}
