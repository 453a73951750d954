/**
 * Whether a part that the stack stands on answers. Says once that it is waited for, and once that it is back and after how
 * long, whoever notices; a stack that only seems slow leaves nobody guessing.
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
    this.#log.warn({ waited_for: this.#part, why }, 'began to wait for a part of the stack');
  }

  present(): void {
    if (this.#missingSince === undefined) return;
    const seconds = Math.round((performance.now() - this.#missingSince) / 100) / 10;
    this.#missingSince = undefined;
    this.#log.warn({ waited_for: this.#part, seconds }, 'a part of the stack answered again');
  }
}
