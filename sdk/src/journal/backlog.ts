/**
 * The unsettled records of one journal folder. The sender takes them in order; they are settled in any order. The
 * cursor is the sequence up to which all are settled. It is written rarely, by rename: after a crash the records after
 * the cursor are sent again, under the same ids. Segments that end before the cursor are deleted.
 */

import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { CURSOR_MS } from '../limits.ts';
import { runtime } from '../runtime.ts';
import { Fifo } from './fifo.ts';
import type { JournalRecord, SourceJournal } from './record.ts';
import { type Damage, type ReadItem, type ReadRange, SegmentReader } from './segment-reader.ts';
import type { Segment } from './segment-writer.ts';

export const CURSOR_FILE = 'cursor';

export interface BacklogOptions {
  readonly folder: string;
  readonly segments: Segment[];
  readonly firstSeq: number;
}

export interface BacklogPorts {
  readonly disk: Disk;
  readonly onDamage: (damage: Damage) => Promise<void>;
  /** Segments were deleted. */
  readonly onRoom: () => void;
}

export interface AdoptedBacklogPorts extends BacklogPorts {
  readonly onRead: () => void;
}

export class Backlog {
  readonly #ports: BacklogPorts;
  #folder: string;
  #segments: Segment[];
  #reader: SegmentReader;
  readonly #taken = new Fifo<JournalRecord>();
  #nextSeq: number;
  #cursorTimer: NodeJS.Timeout | undefined;
  #cursorSeq: number;
  #writing: Promise<void> | undefined;

  constructor({ folder, segments, firstSeq }: BacklogOptions, ports: BacklogPorts) {
    this.#ports = ports;
    this.#folder = folder;
    this.#segments = segments;
    this.#nextSeq = firstSeq;
    this.#cursorSeq = firstSeq - 1;
    this.#reader = this.#createReader();
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The cursor on disk. */
  get cursorSeq(): number {
    return this.#cursorSeq;
  }

  /** The first sequence that the sender has not taken. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** All records up to here are settled. */
  get settledSeq(): number {
    return (this.#taken.peek()?.seq ?? this.#nextSeq) - 1;
  }

  get takenSize(): number {
    return this.#taken.size;
  }

  get diskBytes(): number {
    let bytes = 0;
    for (const segment of this.#segments) bytes += segment.bytes;
    return bytes;
  }

  /**
   * Continues in another folder, with the same sequences. Records that only the old folder holds are no longer ours.
   */
  moveTo(folder: string, segments: Segment[]): void {
    this.stop();
    this.#folder = folder;
    this.#segments = segments;
    this.#reader = this.#createReader();
    this.#cursorSeq = this.settledSeq;
  }

  /** Taken and not settled. */
  unsettled(): readonly JournalRecord[] {
    return this.#taken.toArray().filter((record) => !record.isSettled);
  }

  /** Deletes a segment, settled or not, unless it is gone. */
  async discard(segment: Segment): Promise<void> {
    const at = this.#segments.indexOf(segment);
    if (at === -1) return;
    this.#segments.splice(at, 1);
    this.#reader.rest();
    await this.#ports.disk.remove(segment.path);
  }

  readCold(range: ReadRange): Promise<readonly ReadItem[]> {
    return this.#reader.read(range);
  }

  /** Frees the memory of the reader. */
  restReader(): void {
    this.#reader.rest();
  }

  /** Marks a record as taken by the sender. Call in order. */
  take(record: JournalRecord): void {
    this.#taken.push(record);
    this.#nextSeq = record.seq + 1;
  }

  /** Skips sequences that no segment holds any more. */
  skipTo(seq: number): void {
    this.#nextSeq = Math.max(this.#nextSeq, seq);
    this.#advance();
  }

  settle(record: JournalRecord): void {
    if (record.isSettled) return;
    record.isSettled = true;
    record.memory?.release();
    this.#advance();
  }

  #createReader(): SegmentReader {
    return new SegmentReader(this.#segments, this.#ports.disk, this.#ports.onDamage);
  }

  #advance(): void {
    for (let head = this.#taken.peek(); head?.isSettled === true; head = this.#taken.peek()) this.#taken.shift();
    if (this.settledSeq <= this.#cursorSeq) return;
    if (this.#isSettled(1) && this.#writing === undefined) this.#startCursor();
    else this.#cursorTimer ??= runtime.setTimeout(() => this.#startCursor(), CURSOR_MS).unref();
  }

  /** Stops the timer of the cursor; resolves when the write in flight is over. */
  async quiesce(): Promise<void> {
    this.stop();
    await this.#writing;
  }

  /** Writes the latest cursor now, at the end of the process. */
  writeCursorSync(): void {
    this.stop();
    if (this.settledSeq <= this.#cursorSeq || this.segments.length === 0) return;
    try {
      this.#ports.disk.replaceSync(join(this.#folder, CURSOR_FILE), `${this.settledSeq}\n`);
    } catch {
      // An old cursor costs only repeats, which are harmless.
    }
  }

  stop(): void {
    runtime.clearTimeout(this.#cursorTimer);
    this.#cursorTimer = undefined;
  }

  #startCursor(): void {
    this.stop();
    if (this.#writing !== undefined || this.segments.length === 0) return;
    this.#writing = this.#writeCursor().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Deletes settled segments even when the cursor cannot be written: on a full disk this is what makes room. */
  async #writeCursor(): Promise<void> {
    const { disk, onRoom } = this.#ports;
    const cursor = this.settledSeq;
    try {
      await disk.replace(join(this.#folder, CURSOR_FILE), `${cursor}\n`);
      this.#cursorSeq = Math.max(this.#cursorSeq, cursor);
    } catch {
      // The folder was taken or the disk is full. An old cursor costs only repeats, which are harmless.
    }
    const settled = this.#takeSettled();
    if (settled.length === 0) return;
    await Promise.allSettled(settled.map(({ path }) => disk.remove(path)));
    onRoom();
  }

  #takeSettled(): readonly Segment[] {
    let count = 0;
    while (this.#isSettled(count + 1)) count += 1;
    return this.#segments.splice(0, count);
  }

  /**
   * Whether the first `count` segments end before the cursor. The last segment never does, because it may still grow.
   */
  #isSettled(count: number): boolean {
    const successor = this.#segments[count];
    return successor !== undefined && successor.firstSeq <= this.settledSeq + 1;
  }
}

/** The journal of a dead owner, from its cursor to its end. */
export class AdoptedBacklog implements SourceJournal {
  readonly backlog: Backlog;
  readonly #onRead: () => void;
  #isRead = false;

  /** `onRead` is called when the sender has taken every record. */
  constructor(options: BacklogOptions, { onRead, ...ports }: AdoptedBacklogPorts) {
    this.backlog = new Backlog(options, ports);
    this.#onRead = onRead;
  }

  get isDrained(): boolean {
    return this.#isRead && this.backlog.takenSize === 0;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  /** Length of the segments that are not wholly settled. */
  get pendingBytes(): number {
    return this.isDrained ? 0 : this.backlog.diskBytes;
  }

  async read(maxBytes: number): Promise<readonly JournalRecord[]> {
    const items = await this.backlog.readCold({ from: this.backlog.nextSeq, until: Number.MAX_SAFE_INTEGER, maxBytes });
    const records = items.map((item) => ({ ...item, journal: this, isSettled: false }));
    for (const record of records) this.backlog.take(record);
    if (items.length > 0) return records;
    this.#isRead = true;
    this.#onRead();
    return [];
  }

  settle(record: JournalRecord): void {
    this.backlog.settle(record);
  }
}
