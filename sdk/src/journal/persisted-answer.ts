/** The value of `persisted`, shared by a group of items that are written together. */
import { holdUntil } from '../timing.ts';
import type { Persisted } from '../types.ts';

export class PersistedAnswer {
  /** Length of the frames of the group. */
  bytes = 0;
  /** The last record of the group. */
  lastSeq = 0;
  #outcome: Persisted | undefined;
  #promise: Promise<Persisted> | undefined;
  #resolve: ((outcome: Persisted) => void) | undefined;

  /** For an item whose outcome is known at once. */
  static decided(outcome: Persisted): PersistedAnswer {
    const answer = new PersistedAnswer();
    answer.settle(outcome);
    return answer;
  }

  get outcome(): Persisted | undefined {
    return this.#outcome;
  }

  settle(outcome: Persisted): void {
    this.#outcome ??= outcome;
    this.#resolve?.(this.#outcome);
  }

  /** Creates the promise on the first call: most callers never ask. */
  done(): Promise<Persisted> {
    if (this.#promise !== undefined) return this.#promise;
    this.#promise =
      this.#outcome !== undefined
        ? Promise.resolve(this.#outcome)
        : holdUntil(
            new Promise((resolve) => {
              this.#resolve = resolve;
            }),
          );
    return this.#promise;
  }
}
