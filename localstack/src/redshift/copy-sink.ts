/**
 * Postgres' COPY FROM STDIN as a sink with backpressure. `pg-copy-streams` must not be used any more after Postgres has
 * refused; this class makes sure of that.
 */
import type pg from 'pg';
import { type CopyStreamQuery, from } from 'pg-copy-streams';

export class CopySink {
  readonly #stream: CopyStreamQuery;
  /** Settles with the COPY; never rejects. */
  readonly #ended: Promise<void>;
  #failure: Error | undefined;
  #hasEnded = false;

  constructor(client: pg.ClientBase, sql: string) {
    this.#stream = client.query(from(sql));
    this.#ended = new Promise((resolve) => {
      const end = (error?: Error): void => {
        this.#failure ??= error;
        this.#hasEnded = true;
        resolve();
      };
      this.#stream.on('error', end);
      this.#stream.once('finish', () => end());
      this.#stream.once('close', () => end());
    });
  }

  /** Waits while Postgres is slower than S3. @throws the error of Postgres */
  async write(text: string): Promise<void> {
    this.#assertAlive();
    if (this.#stream.write(text)) return;
    let onDrain: (() => void) | undefined;
    const drained = new Promise<void>((resolve) => {
      onDrain = resolve;
      this.#stream.once('drain', resolve);
    });
    await Promise.race([drained, this.#ended]);
    if (onDrain !== undefined) this.#stream.off('drain', onDrain);
    this.#assertAlive();
  }

  /** Returns the number of rows. @throws the error of Postgres */
  async end(text: string): Promise<number> {
    this.#assertAlive();
    this.#stream.end(text);
    await this.#ended;
    if (this.#failure !== undefined) throw this.#failure;
    return this.#stream.rowCount;
  }

  /** Ends the COPY without its rows. After that the transaction can only be rolled back. */
  async abort(reason: Error): Promise<void> {
    if (!this.#hasEnded) {
      this.#failure ??= reason;
      this.#stream.destroy(reason);
    }
    await this.#ended;
  }

  #assertAlive(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
