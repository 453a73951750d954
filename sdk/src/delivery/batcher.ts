/**
 * Sorts records into batches of one kind. A batch closes by bytes or by count, whichever comes first. Pure: reads no
 * clock.
 */
import type { JournalRecord } from '../journal/record.ts';
import type { ItemKind } from '../types.ts';

export interface Batch {
  readonly kind: ItemKind;
  readonly records: readonly JournalRecord[];
}

export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long the first record of a batch waits for more. */
  readonly maxWaitMs: number;
}

interface OpenBatch {
  readonly kind: ItemKind;
  readonly records: JournalRecord[];
  readonly sinceMs: number;
  bytes: number;
}

export class Batcher {
  readonly #limits: BatchLimits;
  readonly #open = new Map<ItemKind, OpenBatch>();
  readonly #full: Batch[] = [];

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  add(record: JournalRecord, nowMs: number): void {
    // One for the comma.
    const bytes = record.bytes + 1;
    const found = this.#open.get(record.kind);
    if (found !== undefined && found.bytes + bytes > this.#limits.maxBytes) this.#close(found);
    const batch = this.#open.get(record.kind) ?? this.#start(record.kind, nowMs);
    batch.records.push(record);
    batch.bytes += bytes;
    if (batch.records.length >= this.#limits.maxItems) this.#close(batch);
  }

  takeFull(): Batch | undefined {
    return this.#full.shift();
  }

  /** The oldest open batch, if it was started at or before this instant. */
  takeSince(ms: number): Batch | undefined {
    const oldest = this.#oldest();
    if (oldest === undefined || oldest.sinceMs > ms) return undefined;
    this.#open.delete(oldest.kind);
    return oldest;
  }

  /** When the oldest open batch is due. */
  get dueMs(): number | undefined {
    const oldest = this.#oldest();
    return oldest && oldest.sinceMs + this.#limits.maxWaitMs;
  }

  #oldest(): OpenBatch | undefined {
    let oldest: OpenBatch | undefined;
    for (const batch of this.#open.values()) {
      if (oldest === undefined || batch.sinceMs < oldest.sinceMs) oldest = batch;
    }
    return oldest;
  }

  #start(kind: ItemKind, sinceMs: number): OpenBatch {
    const batch = { kind, records: [], sinceMs, bytes: 0 };
    this.#open.set(kind, batch);
    return batch;
  }

  #close(batch: OpenBatch): void {
    this.#open.delete(batch.kind);
    this.#full.push(batch);
  }
}
