/**
 * Whether a part that the stack depends on is responding. It logs once that the stack is waiting, and once that the part is
 * back and after how long, so a stalled stack explains itself.
 */
import type { Log } from '@dataloaf/core/log';

export class Availability {
  readonly #part: string;
  readonly #log: Pick<Log, 'warn'>;
  #missingSince: number | undefined;

  /** `part` is its name for people, for example `LocalStack`. */
  constructor(part: string, log: Pick<Log, 'warn'>) {
    this.#part = part;
    this.#log = log;
  }

  missing(why: string): void {
    if (this.#missingSince !== undefined) return;
    this.#missingSince = performance.now();
    this.#log.warn({ waited_for: this.#part, why }, 'waiting for a part of the stack');
  }

  present(): void {
    if (this.#missingSince === undefined) return;
    const seconds = Math.round((performance.now() - this.#missingSince) / 100) / 10;
    this.#missingSince = undefined;
    this.#log.warn({ waited_for: this.#part, seconds }, 'a part of the stack is responding again');
  }
}
