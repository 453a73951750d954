/**
 * The newest items of a journal, in memory, already as the frames that go to disk. A few large blocks replace an object
 * for each item, so a full memory costs the garbage collector nothing. Sequences have no gaps. Frames are appended at
 * the end and leave at the front, in order. Checksums are computed just before a write, so no capture waits for them.
 */
import type { Buffer } from 'node:buffer';
import { FIRST_BLOCK_BYTES } from '../limits.ts';
import { Fifo } from './fifo.ts';
import { FRAME_HEADER_BYTES, frameEnd, frameKind, sealFrame, writeHeader } from './frame.ts';
import type { JournalItem, JournalRecord, SourceJournal } from './record.ts';
import { BufferPool, type SharedBuffer } from './shared-buffer.ts';

/** Consecutive whole frames, sealed. The writer releases them. */
export interface Frames {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly bytes: Buffer;
  readonly release: () => void;
}

export interface TakeRange {
  /** The first sequence that stays. */
  readonly until: number;
  /** Stops once the payloads have this length. */
  readonly maxBytes: number;
  readonly journal: SourceJournal;
}

interface Block {
  readonly shared: SharedBuffer;
  readonly buffer: Buffer;
  readonly firstSeq: number;
  /** Where the next frame goes. */
  end: number;
}

export class HotLog {
  readonly #pool: BufferPool;
  readonly #blockBytes: number;
  readonly #blocks = new Fifo<Block>();
  #last: Block | undefined;
  /** The first frame: its position in the first block, and its sequence. */
  #headAt = 0;
  #headSeq = 1;
  #lastSeq = 0;
  #bytes = 0;
  /** As of the last tick of the pool. */
  #tickSeq = 0;

  /** Free blocks are kept for reuse, up to `memoryBytes`. */
  constructor(blockBytes: number, memoryBytes: number) {
    this.#blockBytes = blockBytes;
    this.#pool = new BufferPool(blockBytes, Math.ceil(memoryBytes / blockBytes), () => this.#rest());
  }

  /** The first sequence in memory; `lastSeq + 1` when there is none. */
  get headSeq(): number {
    return this.#headSeq;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Length of all frames. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies the item's payload. */
  append({ kind, source, start, bytes }: JournalItem): void {
    const block = this.#blockFor(FRAME_HEADER_BYTES + bytes);
    this.#lastSeq += 1;
    const payload = writeHeader(block.buffer, block.end, { seq: this.#lastSeq, kind, bytes });
    source.copy(block.buffer, payload, start, start + bytes);
    block.end = payload + bytes;
    this.#bytes += FRAME_HEADER_BYTES + bytes;
  }

  /** Takes the next frames out, as records. */
  take({ until, maxBytes, journal }: TakeRange): JournalRecord[] {
    const records: JournalRecord[] = [];
    for (let bytes = 0; bytes < maxBytes && this.#headSeq < until; ) {
      const record = this.#takeOne(journal);
      if (record === undefined) break;
      records.push(record);
      bytes += record.bytes;
    }
    return records;
  }

  /** Removes the first frames, up to this sequence and only while more than `goalBytes` are left. */
  evict(lastSeq: number, goalBytes: number): void {
    while (this.#bytes > goalBytes && this.#headSeq <= lastSeq) {
      const block = this.#headBlock();
      if (block === undefined) return;
      this.#pass(frameEnd(block.buffer, this.#headAt));
    }
  }

  /** Sealed frames of one block, from this sequence up to `until` (inclusive). Undefined when there are none. */
  framesFrom(seq: number, until: number): Frames | undefined {
    const firstSeq = Math.max(seq, this.#headSeq);
    if (firstSeq > Math.min(until, this.#lastSeq)) return undefined;
    const block = this.#blocks.find((_, next) => next === undefined || next.firstSeq > firstSeq);
    if (block === undefined) return undefined;
    let at = 0;
    let current = block.firstSeq;
    for (; current < firstSeq; current += 1) at = frameEnd(block.buffer, at);
    const start = at;
    for (; at < block.end && current <= until; current += 1) at = sealFrame(block.buffer, at);
    const { shared, buffer } = block;
    shared.hold();
    return { firstSeq, lastSeq: current - 1, bytes: buffer.subarray(start, at), release: () => shared.release() };
  }

  #blockFor(frameBytes: number): Block {
    const last = this.#last;
    if (last !== undefined && last.end + frameBytes <= last.buffer.length) return last;
    // The first block is short: it may be the only one for a long time.
    const shared = this.#pool.take(Math.max(frameBytes, last === undefined ? FIRST_BLOCK_BYTES : this.#blockBytes));
    const block = { shared, buffer: shared.buffer, firstSeq: this.#lastSeq + 1, end: 0 };
    this.#blocks.push(block);
    this.#last = block;
    return block;
  }

  /** Gives up an empty log, when nothing was appended since the last tick. Returns whether it still holds a block. */
  #rest(): boolean {
    const isIdle = this.#bytes === 0 && this.#tickSeq === this.#lastSeq;
    this.#tickSeq = this.#lastSeq;
    if (!isIdle) return true;
    for (let block = this.#blocks.shift(); block !== undefined; block = this.#blocks.shift()) block.shared.release();
    this.#last = undefined;
    this.#headAt = 0;
    return false;
  }

  #takeOne(journal: SourceJournal): JournalRecord | undefined {
    const block = this.#headBlock();
    if (block === undefined) return undefined;
    const { shared, buffer } = block;
    const at = this.#headAt;
    const start = at + FRAME_HEADER_BYTES;
    const end = frameEnd(buffer, at);
    const seq = this.#headSeq;
    const kind = frameKind(buffer, at);
    shared.hold();
    this.#pass(end);
    return { seq, kind, source: buffer, start, bytes: end - start, journal, memory: shared, isSettled: false };
  }

  /** The block of the first frame. Releases blocks that are empty. */
  #headBlock(): Block | undefined {
    if (this.#headSeq > this.#lastSeq) return undefined;
    for (let block = this.#blocks.peek(); block !== undefined; block = this.#blocks.peek()) {
      if (this.#headAt < block.end) return block;
      this.#blocks.shift();
      block.shared.release();
      this.#headAt = 0;
    }
    return undefined;
  }

  #pass(end: number): void {
    this.#bytes -= end - this.#headAt;
    this.#headAt = end;
    this.#headSeq += 1;
  }
}
