/**
 * Moves records from the journals into requests: reads, batches, and keeps a bounded number of requests in flight. It
 * reads no more from a journal than it can send, so that an outage fills the disk and not the memory.
 */

import type { JournalRecord } from '../journal/record.ts';
import { READ_BYTES_MAX } from '../limits.ts';
import { runtime } from '../runtime.ts';
import { type Batch, Batcher, type BatchLimits } from './batcher.ts';

interface RecordSource {
  read(maxBytes: number): Promise<readonly JournalRecord[]>;
}

export interface DispatcherPorts {
  /** Read in turn, so that a large adopted journal does not delay new items. */
  readonly sources: () => readonly RecordSource[];
  readonly send: (batch: Batch) => Promise<void>;
  /** A caller waits in flush() or shutdown(): partial batches are sent at once. */
  readonly isEager: () => boolean;
  readonly onReadError: (error: unknown) => void;
  readonly onSendError: (error: unknown) => void;
}

const READ_RETRY_MS = 1_000;

export class Dispatcher {
  readonly #batcher: Batcher;
  readonly #maxInFlight: number;
  readonly #waitMs: number;
  readonly #ports: DispatcherPorts;
  readonly #sends = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #isRunning = false;
  #isWoken = false;
  #isClosed = false;

  constructor(limits: BatchLimits & { readonly maxInFlight: number }, ports: DispatcherPorts) {
    this.#batcher = new Batcher(limits);
    this.#maxInFlight = limits.maxInFlight;
    this.#waitMs = limits.maxWaitMs;
    this.#ports = ports;
  }

  get inFlight(): number {
    return this.#sends.size;
  }

  wake(): void {
    this.#isWoken = true;
    if (!this.#isRunning && !this.#isClosed) void this.#run();
  }

  /** Starts no more requests; resolves when those in flight are over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    runtime.clearTimeout(this.#timer);
    await Promise.allSettled(this.#sends);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWoken && !this.#isClosed) {
      this.#isWoken = false;
      try {
        await this.#fill();
      } catch (error) {
        this.#ports.onReadError(error);
        this.#wakeIn(READ_RETRY_MS);
      }
    }
    this.#isRunning = false;
  }

  async #fill(): Promise<void> {
    while (this.#sends.size < this.#maxInFlight && !this.#isClosed) {
      const batch = this.#batcher.takeFull() ?? (await this.#readBatch());
      if (batch === undefined) break;
      this.#start(batch);
    }
    // With no slot free, the end of a request wakes us.
    const dueMs = this.#sends.size < this.#maxInFlight ? this.#batcher.dueMs : undefined;
    if (dueMs !== undefined) this.#wakeIn(dueMs - runtime.elapsed());
  }

  /** Reads until a batch is full. With nothing left to read, returns a partial batch that has waited long enough. */
  async #readBatch(): Promise<Batch | undefined> {
    for (;;) {
      const records = await this.#read();
      const now = runtime.elapsed();
      for (const record of records) this.#batcher.add(record, now);
      const full = this.#batcher.takeFull();
      if (full !== undefined) return full;
      if (records.length > 0) continue;
      return this.#batcher.takeSince(this.#ports.isEager() ? Number.POSITIVE_INFINITY : now - this.#waitMs);
    }
  }

  async #read(): Promise<readonly JournalRecord[]> {
    const sources = this.#ports.sources();
    for (let tried = 0; tried < sources.length; tried += 1) {
      this.#turn = (this.#turn + 1) % sources.length;
      const records = (await sources[this.#turn]?.read(READ_BYTES_MAX)) ?? [];
      if (records.length > 0) return records;
    }
    return [];
  }

  #start(batch: Batch): void {
    const send = this.#ports
      .send(batch)
      // The items of an undecided batch are still in the journal.
      .catch((error) => this.#ports.onSendError(error))
      .then(() => {
        this.#sends.delete(send);
        this.wake();
      });
    this.#sends.add(send);
  }

  #wakeIn(ms: number): void {
    runtime.clearTimeout(this.#timer);
    // A timer can fire a fraction of a millisecond early. One millisecond more avoids a useless wake-up.
    if (!this.#isClosed) this.#timer = runtime.setTimeout(() => this.wake(), Math.max(1, ms + 1)).unref();
  }
}
