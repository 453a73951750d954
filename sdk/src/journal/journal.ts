/**
 * The items of this process, from capture to settlement. Each has a sequence: 1, 2, 3 ... in order of capture. It
 * starts in memory (the hot log), is written to a segment, may then leave memory, and is read back from disk (it is
 * cold) when the sender reaches it. So memory stays bounded while the API is down. The sender gets written records
 * only; in memory mode it gets all.
 *
 *          settled       taken to be sent      cold: on disk only       hot: in memory        not captured yet
 *     ──────────────┬───────────────────────┬───────────────────────┬──────────────────────┬───────────────────▶ sequence
 *     cursorSeq  settledSeq              nextSeq                 headSeq                lastSeq
 *
 * | mark          | meaning                                                     | moved by                                |
 * |---------------|-------------------------------------------------------------|-----------------------------------------|
 * | `cursorSeq`   | the cursor on disk: a restart sends what comes after it     | Backlog, at most every 100 ms           |
 * | `settledSeq`  | all up to here are delivered, rejected or dropped           | Backlog: `settle`, `skipTo`             |
 * | `nextSeq`     | the first record that the sender has not taken              | Backlog: `take`, `skipTo`               |
 * | `headSeq`     | the first record in memory; `lastSeq + 1` when it is empty  | HotLog: `take`, `evict`                 |
 * | `lastSeq`     | the last captured record                                    | HotLog: `append`                        |
 * | `writtenSeq`  | all up to here are in a segment, or settled                 | UnwrittenRecords, by GroupCommit        |
 * | `handedSeq`   | the last record handed to the writer of the current folder  | GroupCommit; back to `appendedSeq` when |
 * |               |                                                             | a write fails, to 0 in a new folder     |
 * | `appendedSeq` | the last record that this writer has appended whole         | GroupCommit; to 0 in a new folder       |
 *
 * The order that always holds (the crash tests assert it, test/tools/journal-marks.ts):
 *     cursorSeq <= settledSeq < nextSeq <= headSeq <= lastSeq + 1
 *     appendedSeq <= handedSeq <= lastSeq
 *     writtenSeq <= lastSeq
 *     headSeq <= writtenSeq + 1 in disk mode: only written records leave memory
 * `handedSeq` and `writtenSeq` have no order: the next write starts after the larger of the two.
 */
import type { Disk } from '../disk.ts';
import { BLOCK_BYTES } from '../limits.ts';
import type { HeldFolder, Ownership } from '../ownership/ownership.ts';
import type { StopSignal } from '../timing.ts';
import type { Degradation } from '../types.ts';
import { Backlog } from './backlog.ts';
import { Backpressure, type DroppingJournal, type JournalLimits } from './backpressure.ts';
import { FlushWaiters } from './flush-waiters.ts';
import { FRAME_HEADER_BYTES } from './frame.ts';
import { GroupCommit } from './group-commit.ts';
import { HotLog } from './hot-log.ts';
import { PersistedAnswer } from './persisted-answer.ts';
import type { JournalItem, JournalRecord } from './record.ts';
import type { Damage } from './segment-reader.ts';
import type { Segment } from './segment-writer.ts';
import { UnwrittenRecords } from './unwritten-records.ts';

export interface JournalOptions extends JournalLimits {
  readonly durability: 'os' | 'fsync' | 'memory';
}

export interface JournalPorts {
  readonly disk: Disk;
  readonly ownership: Ownership;
  readonly events: JournalEvents;
}

export interface JournalEvents {
  /** There may be records to read. */
  readonly onReadable: () => void;
  /** Room was made, or a record was settled. */
  readonly onProgress: () => void;
  /** Items were dropped because the journal is full. */
  readonly onOverflow: (items: readonly JournalItem[]) => void;
  readonly onDamage: (damage: Damage) => Promise<void>;
  readonly onMode: (degradation: Degradation) => void;
}

/** The marks of the picture above. */
export interface JournalMarks {
  readonly mode: 'disk' | 'memory';
  readonly cursorSeq: number;
  readonly settledSeq: number;
  readonly nextSeq: number;
  readonly headSeq: number;
  readonly lastSeq: number;
  readonly writtenSeq: number;
  readonly handedSeq: number;
  readonly appendedSeq: number;
}

const DROPPED = PersistedAnswer.decided('dropped');

export class Journal implements DroppingJournal {
  readonly #options: JournalOptions;
  readonly #ownership: Ownership;
  readonly #events: JournalEvents;
  readonly #hot: HotLog;
  readonly #backlog: Backlog;
  readonly #unwritten: UnwrittenRecords;
  readonly #commit: GroupCommit;
  readonly #backpressure: Backpressure;
  readonly #waiters = new FlushWaiters();
  /**
   * Old places of items that were written again, by their new sequence, until the new place is as safe as the old one.
   */
  readonly #oldPlaces = new Map<number, JournalRecord>();
  #pendingItems = 0;
  #pendingBytes = 0;

  constructor(options: JournalOptions, { disk, ownership, events }: JournalPorts) {
    this.#options = options;
    this.#ownership = ownership;
    this.#events = events;
    const blockBytes = Math.min(BLOCK_BYTES, Math.floor(options.maxMemoryBytes / 2));
    const hot = new HotLog(blockBytes, options.maxMemoryBytes);
    const backlog = new Backlog(
      { folder: '', segments: [], firstSeq: 1 },
      { disk, onDamage: events.onDamage, onRoom: events.onProgress },
    );
    const unwritten = new UnwrittenRecords(hot, backlog);
    const commit = new GroupCommit(options, {
      disk,
      ownership,
      source: unwritten,
      onWritten: () => this.#written(),
      onFolder: (folder, segments) => this.#moved(folder, segments),
      onMode: (degradation) => this.#modeChanged(degradation),
    });
    this.#hot = hot;
    this.#backlog = backlog;
    this.#unwritten = unwritten;
    this.#commit = commit;
    this.#backpressure = new Backpressure(options, { hot, backlog, commit, unwritten, journal: this });
  }

  get mode(): 'disk' | 'memory' {
    return this.#commit.mode;
  }
  get memoryBytes(): number {
    return this.#hot.bytes;
  }
  get diskBytes(): number {
    return this.#backlog.diskBytes;
  }
  get pendingItems(): number {
    return this.#pendingItems;
  }
  get pendingBytes(): number {
    return this.#pendingBytes;
  }
  /** Pending items that no segment holds. */
  get unwrittenItems(): number {
    const { lastSeq, headSeq } = this.#hot;
    const inMemory = lastSeq - Math.max(headSeq - 1, this.#unwritten.writtenSeq);
    return Math.max(0, inMemory) + this.#unwritten.taken().length;
  }
  get isSettled(): boolean {
    return this.#backlog.settledSeq === this.#hot.lastSeq;
  }
  /** Whether an item captured now is neither dropped nor written synchronously. */
  get isWritable(): boolean {
    return this.#backpressure.isWritable;
  }
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }
  get marks(): JournalMarks {
    const { cursorSeq, settledSeq, nextSeq } = this.#backlog;
    const { headSeq, lastSeq } = this.#hot;
    const { mode, handedSeq, appendedSeq } = this.#commit;
    const { writtenSeq } = this.#unwritten;
    return { mode, cursorSeq, settledSeq, nextSeq, headSeq, lastSeq, writtenSeq, handedSeq, appendedSeq };
  }

  /** Copies the item. */
  append(item: JournalItem): PersistedAnswer {
    if (this.#backpressure.refuses(item.bytes)) return DROPPED;
    const answer = this.#add(item);
    // Must come last: the callback may capture and overwrite the scratch buffer that holds the item.
    this.#backpressure.reportDropped();
    return answer;
  }

  /** Writes items again, at the end, and settles the old place of each once the new one is as safe as the old. */
  async requeue(
    records: readonly JournalRecord[],
    contentOf: (record: JournalRecord) => JournalItem = (record) => record,
  ): Promise<void> {
    const moves = records.map((old) => {
      const answer = this.#add(contentOf(old));
      const seq = this.#hot.lastSeq;
      if (old.journal === this) this.#waiters.moved(old.seq, seq);
      this.#oldPlaces.set(seq, old);
      return { seq, answer };
    });
    for (const { seq, answer } of moves) {
      const place = await answer.done();
      if (place === 'disk' || this.#options.durability === 'memory') this.#leaveOldPlace(seq);
    }
  }

  /** The next records before `until`, in order. Empty when there is none to send now. */
  async read(maxBytes: number, until = Number.MAX_SAFE_INTEGER): Promise<readonly JournalRecord[]> {
    const hotFrom = Math.min(this.#hot.headSeq, until);
    if (this.#backlog.nextSeq >= hotFrom) return this.#readHot(maxBytes, until);
    const items = await this.#backlog.readCold({ from: this.#backlog.nextSeq, until: hotFrom, maxBytes });
    // The oldest may have been dropped during the read.
    const records = items
      .filter((item) => item.seq >= this.#backlog.nextSeq)
      .map((item) => ({ ...item, journal: this, isSettled: false }));
    for (const record of records) this.#backlog.take(record);
    if (items.length > 0) return records;
    this.#backlog.skipTo(hotFrom);
    this.#backlog.restReader();
    this.#progressed();
    // Starts over: during the read some hot records may have left memory.
    return this.read(maxBytes, until);
  }

  settle(record: JournalRecord): void {
    if (record.isSettled) return;
    this.#pendingItems -= 1;
    this.#pendingBytes -= record.bytes;
    this.#backlog.settle(record);
    this.#leaveOldPlace(record.seq);
    if (this.#waiters.size === 0) return;
    this.#waiters.settled(record.seq);
    this.#progressed();
  }

  drop(records: readonly JournalRecord[]): void {
    this.#events.onOverflow(records);
    for (const record of records) this.settle(record);
  }

  /**
   * Resolves when everything captured before the call is settled, even if it moves to another place meanwhile; also when
   * the signal stops or the journal closes. Writes it soon.
   */
  whenSettled(signal: StopSignal): Promise<void> {
    const settled = this.#waiters.add(this.#hot.lastSeq, signal);
    this.#commit.commitSoon();
    this.#progressed();
    return settled;
  }

  /** Writes what waits without the pause in which a group gathers items. */
  commitSoon(): void {
    this.#commit.commitSoon();
  }

  commitSync(): void {
    this.#commit.commitSync();
  }

  /** Resolves when no file of the backlog is being written. */
  quiesce(): Promise<void> {
    return this.#backlog.quiesce();
  }

  /** The last call: writes the rest and the cursor, then releases the folder to the next process. */
  closeSync(): void {
    this.#commit.commitSync();
    this.#backlog.writeCursorSync();
    this.#commit.close();
    this.#waiters.close();
    const { folder } = this.#commit;
    if (folder === undefined) return;
    if (!this.isSettled) this.#ownership.releaseSync(folder);
    else this.#ownership.removeSync(folder);
  }

  /** After closing: takes the records that only the memory of this process holds. */
  takeUnwritten(): readonly JournalRecord[] {
    const taken = this.#unwritten.taken();
    this.#evictWritten();
    const until = this.#hot.lastSeq + 1;
    return [...taken, ...this.#hot.take({ until, maxBytes: Number.POSITIVE_INFINITY, journal: this })];
  }

  #add(item: JournalItem): PersistedAnswer {
    const { bytes } = item;
    this.#hot.append(item);
    this.#pendingItems += 1;
    this.#pendingBytes += bytes;
    const answer = this.#commit.add(this.#hot.lastSeq, FRAME_HEADER_BYTES + bytes);
    this.#backpressure.relieve();
    if (this.mode === 'memory') this.#events.onReadable();
    return answer;
  }

  #leaveOldPlace(seq: number): void {
    const old = this.#oldPlaces.get(seq);
    if (old === undefined) return;
    this.#oldPlaces.delete(seq);
    old.journal.settle(old);
  }

  #readHot(maxBytes: number, before: number): readonly JournalRecord[] {
    const sendableSeq = this.mode === 'memory' ? this.#hot.lastSeq : this.#unwritten.writtenSeq;
    const records = this.#hot.take({ until: Math.min(sendableSeq + 1, before), maxBytes, journal: this });
    for (const record of records) this.#backlog.take(record);
    return records;
  }

  #evictWritten(): void {
    this.#hot.evict(this.#unwritten.writtenSeq, 0);
  }

  #written(): void {
    this.#backpressure.written();
    this.#events.onReadable();
    this.#progressed();
  }

  /**
   * The first folder was claimed, or a new one after another process took the last; that process sends what it held.
   */
  #moved(folder: HeldFolder, segments: Segment[]): void {
    this.#backlog.moveTo(folder.path, segments);
    if (this.#unwritten.writtenSeq === 0) return;
    this.#evictWritten();
    this.#backlog.skipTo(this.#hot.headSeq);
    const taken = this.#backlog.unsettled();
    this.#pendingItems = taken.length + this.#hot.lastSeq - this.#hot.headSeq + 1;
    const hotBytes = this.#hot.bytes - (this.#hot.lastSeq - this.#hot.headSeq + 1) * FRAME_HEADER_BYTES;
    this.#pendingBytes = taken.reduce((sum, record) => sum + record.bytes, hotBytes);
  }

  #modeChanged(degradation: Degradation): void {
    this.#events.onMode(degradation);
    this.#events.onReadable();
  }

  #progressed(): void {
    this.#waiters.release(this.#backlog.settledSeq);
    this.#events.onProgress();
  }
}
