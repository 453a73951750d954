/**
 * What of one folder is still to be settled. Records leave in order and are settled in any order; the cursor is the
 * sequence up to which all are settled. It is written by rename, rarely: after a crash what lies behind it is sent again
 * under the same ids. Segments that lie wholly before it are deleted.
 */
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { CURSOR_MS } from '../limits.ts';
import { Fifo } from './fifo.ts';
import type { JournalRecord, RecordHome } from './record.ts';
import { type Damage, type ReadItem, type ReadRange, SegmentReader } from './segment-reader.ts';
import type { Segment } from './segment-writer.ts';

export const CURSOR_FILE = 'cursor';

export interface BacklogOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly segments: Segment[];
  readonly firstSeq: number;
  readonly onDamage: (damage: Damage) => Promise<void>;
  /** Segments were deleted. */
  readonly onRoom: () => void;
}

export class Backlog {
  #options: BacklogOptions;
  #reader: SegmentReader;
  readonly #taken = new Fifo<JournalRecord>();
  #nextSeq: number;
  #cursorTimer: NodeJS.Timeout | undefined;
  #writtenCursor: number;
  #writing: Promise<void> | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#nextSeq = options.firstSeq;
    this.#writtenCursor = options.firstSeq - 1;
    this.#reader = new SegmentReader(options.segments, options.disk, options.onDamage);
  }

  get segments(): readonly Segment[] {
    return this.#options.segments;
  }

  /** First sequence that has not left yet. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** All up to here are settled. */
  get settledSeq(): number {
    return (this.#taken.peek()?.seq ?? this.#nextSeq) - 1;
  }

  get takenSize(): number {
    return this.#taken.size;
  }

  get diskBytes(): number {
    let bytes = 0;
    for (const segment of this.#options.segments) bytes += segment.bytes;
    return bytes;
  }

  /** Goes on in another folder, under the same sequences; what only the old one holds is no longer ours. */
  moveTo(folder: string, segments: Segment[]): void {
    this.stop();
    this.#options = { ...this.#options, folder, segments };
    this.#reader = new SegmentReader(segments, this.#options.disk, this.#options.onDamage);
    this.#writtenCursor = this.settledSeq;
  }

  /** Taken and not settled. */
  unsettled(): readonly JournalRecord[] {
    return this.#taken.toArray().filter((record) => !record.isSettled);
  }

  /** Deletes a segment, settled or not, unless it is gone. */
  async discard(segment: Segment): Promise<void> {
    const at = this.#options.segments.indexOf(segment);
    if (at === -1) return;
    this.#options.segments.splice(at, 1);
    this.#reader.rest();
    await this.#options.disk.remove(segment.path);
  }

  readCold(range: ReadRange): Promise<readonly ReadItem[]> {
    return this.#reader.read(range);
  }

  /** Frees what reading back holds in memory. */
  restReader(): void {
    this.#reader.rest();
  }

  /** Notes a record as having left; in order. */
  take(record: JournalRecord): void {
    this.#taken.push(record);
    this.#nextSeq = record.seq + 1;
  }

  /** Passes over sequences that will not come. */
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

  #advance(): void {
    for (let head = this.#taken.peek(); head?.isSettled === true; head = this.#taken.peek()) this.#taken.shift();
    if (this.settledSeq <= this.#writtenCursor) return;
    if (this.#isSettled(1) && this.#writing === undefined) this.#startCursor();
    else this.#cursorTimer ??= setTimeout(() => this.#startCursor(), CURSOR_MS).unref();
  }

  /** Starts no more writes by the clock; resolves when the one under way is over. */
  async quiesce(): Promise<void> {
    this.stop();
    await this.#writing;
  }

  /** The latest cursor, now; for the end of the process. */
  writeCursorSync(): void {
    this.stop();
    if (this.settledSeq <= this.#writtenCursor || this.segments.length === 0) return;
    try {
      this.#options.disk.replaceSync(join(this.#options.folder, CURSOR_FILE), `${this.settledSeq}\n`);
    } catch {
      // An old cursor costs repeats, which are harmless.
    }
  }

  stop(): void {
    clearTimeout(this.#cursorTimer);
    this.#cursorTimer = undefined;
  }

  #startCursor(): void {
    this.stop();
    if (this.#writing !== undefined || this.segments.length === 0) return;
    this.#writing = this.#writeCursor().finally(() => {
      this.#writing = undefined;
    });
  }

  /** A full disk takes no cursor; that settled segments go all the same is what makes room on it. */
  async #writeCursor(): Promise<void> {
    const { disk, folder, onRoom } = this.#options;
    const cursor = this.settledSeq;
    try {
      await disk.replace(join(folder, CURSOR_FILE), `${cursor}\n`);
      this.#writtenCursor = Math.max(this.#writtenCursor, cursor);
    } catch {
      // The folder was taken or the disk is full: an old cursor costs repeats, which are harmless.
    }
    const settled = this.#takeSettled();
    if (settled.length === 0) return;
    await Promise.allSettled(settled.map(({ path }) => disk.remove(path)));
    onRoom();
  }

  #takeSettled(): readonly Segment[] {
    let count = 0;
    while (this.#isSettled(count + 1)) count += 1;
    return this.#options.segments.splice(0, count);
  }

  /** Whether this many segments lie wholly before the cursor. The last one may still grow: it never does. */
  #isSettled(count: number): boolean {
    const successor = this.#options.segments[count];
    return successor !== undefined && successor.firstSeq <= this.settledSeq + 1;
  }
}

/** A folder of a dead owner, from its cursor to its end. */
export class AdoptedBacklog implements RecordHome {
  readonly backlog: Backlog;
  readonly #onRead: () => void;
  #isRead = false;

  /** `onRead` is called when all has left. */
  constructor(options: BacklogOptions, onRead: () => void) {
    this.backlog = new Backlog(options);
    this.#onRead = onRead;
  }

  get isDrained(): boolean {
    return this.#isRead && this.backlog.takenSize === 0;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  /** Bytes of segments that are not wholly settled. */
  get pendingBytes(): number {
    return this.isDrained ? 0 : this.backlog.diskBytes;
  }

  async read(maxBytes: number): Promise<readonly JournalRecord[]> {
    const items = await this.backlog.readCold({ from: this.backlog.nextSeq, until: Number.MAX_SAFE_INTEGER, maxBytes });
    const records = items.map((item) => ({ ...item, home: this, isSettled: false }));
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
