/**
 * The newest items of a journal, in memory, already as the frames that go to disk: a few large blocks in place of an
 * object for each item, so that a full memory costs the garbage collector nothing. Sequences follow one another without
 * gaps. Frames join at the end; they leave at the front, in order. Checksums are put in when frames are about to be
 * written, so that no capture waits for them.
 */
import { Fifo } from './fifo.ts';
import { FRAME_HEADER_BYTES, frameEnd, frameKind, sealFrame, writeHeader } from './frame.ts';
import type { JournalItem, JournalRecord, RecordHome } from './record.ts';
import { BufferPool, type SharedBuffer } from './shared-buffer.ts';

/** Whole frames that follow one another, sealed. Whoever writes them releases them. */
export interface Frames {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly bytes: Buffer;
  readonly release: () => void;
}

export interface TakeRange {
  /** First sequence that stays. */
  readonly until: number;
  /** Payload bytes from which on no further frame is taken. */
  readonly maxBytes: number;
  readonly home: RecordHome;
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
  readonly #blocks = new Fifo<Block>();
  #last: Block | undefined;
  /** The first frame that has not left: where it lies in the first block, and its sequence. */
  #headAt = 0;
  #headSeq = 1;
  #lastSeq = 0;
  #bytes = 0;

  /** Blocks are kept for later up to `memoryBytes`. */
  constructor(blockBytes: number, memoryBytes: number) {
    this.#pool = new BufferPool(blockBytes, Math.ceil(memoryBytes / blockBytes));
  }

  /** First sequence in here; one more than the last when there is none. */
  get headSeq(): number {
    return this.#headSeq;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Bytes of the frames. */
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

  /** The next frames leave, as records. */
  take({ until, maxBytes, home }: TakeRange): JournalRecord[] {
    const records: JournalRecord[] = [];
    for (let bytes = 0; bytes < maxBytes && this.#headSeq < until; ) {
      const record = this.#leave(home);
      if (record === undefined) break;
      records.push(record);
      bytes += record.bytes;
    }
    return records;
  }

  /** The next frame leaves and nobody takes it. False when there is none. */
  drop(): boolean {
    const block = this.#headBlock();
    if (block === undefined) return false;
    this.#pass(frameEnd(block.buffer, this.#headAt));
    return true;
  }

  /** Sealed frames from this sequence on, of one block and up to `until` (inclusive); undefined when there are none. */
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
    const shared = this.#pool.take(frameBytes);
    const block = { shared, buffer: shared.buffer, firstSeq: this.#lastSeq + 1, end: 0 };
    this.#blocks.push(block);
    this.#last = block;
    return block;
  }

  #leave(home: RecordHome): JournalRecord | undefined {
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
    return { seq, kind, source: buffer, start, bytes: end - start, home, memory: shared, isSettled: false };
  }

  /** The block of the first frame; blocks that all have left are let go. */
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
