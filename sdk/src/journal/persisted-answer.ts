/** Items that are written together. All of them share one answer to "where is it?". */
import { holdUntil } from '../timing.ts';
import type { Persisted } from '../types.ts';

export class CommitGroup {
  /** Bytes of the frames of its items. */
  bytes = 0;
  /** The last of its items. */
  lastSeq = 0;
  #outcome: Persisted | undefined;
  #promise: Promise<Persisted> | undefined;
  #resolve: ((outcome: Persisted) => void) | undefined;

  /** For an item that is decided at once. */
  static decided(outcome: Persisted): CommitGroup {
    const group = new CommitGroup();
    group.settle(outcome);
    return group;
  }

  get outcome(): Persisted | undefined {
    return this.#outcome;
  }

  settle(outcome: Persisted): void {
    this.#outcome ??= outcome;
    this.#resolve?.(this.#outcome);
  }

  /** Made only when somebody asks: most callers never do. */
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
