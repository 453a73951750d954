/**
 * The items of this process between capture and settlement. Each is in memory from its capture; once it is written it may
 * leave memory, and is read back from disk when the sender comes to it. So memory is bounded while the API is down. What
 * is in memory (the hot log) is always the newest; what comes before it is cold. The sender gets only what is written,
 * except in memory mode.
 */
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import type { Disk } from '../disk.ts';
import { BLOCK_BYTES } from '../limits.ts';
import type { HeldFolder, Ownership } from '../ownership/ownership.ts';
import type { Degradation } from '../types.ts';
import { Backlog } from './backlog.ts';
import { FlushWaiters } from './flush-waiters.ts';
import { FRAME_HEADER_BYTES, frameOf } from './frame.ts';
import { GroupCommit } from './group-commit.ts';
import { type Frames, HotLog } from './hot-log.ts';
import { CommitGroup } from './persisted-answer.ts';
import type { JournalItem, JournalRecord, RecordHome } from './record.ts';
import type { Damage } from './segment-reader.ts';
import type { SegmentWriter } from './segment-writer.ts';

export interface JournalOptions {
  readonly durability: 'os' | 'fsync' | 'memory';
  readonly maxMemoryBytes: number;
  readonly maxDiskBytes: number;
  readonly overflow: 'drop-newest' | 'drop-oldest';
  readonly segmentBytes: number;
}

export interface JournalPorts {
  readonly disk: Disk;
  readonly ownership: Ownership;
  /** There may be something to read. */
  readonly onReadable: () => void;
  /** Room was made, or something settled. */
  readonly onProgress: () => void;
  readonly onOverflow: (items: readonly JournalItem[]) => void;
  readonly onDamage: (damage: Damage) => Promise<void>;
  readonly onMode: (degradation: Degradation) => void;
}

/**
 * Part of the memory that a disk in order is let fill; the rest is for what comes while it is not. With the default limit a
 * burst of 200,000 events then peaks at 113 to 123 MB for the whole process (measured).
 */
const SPILL_SHARE = 1 / 4;
/** What spills leaves memory down to this part, so that it is not done for every item. */
const SPILL_KEEPS = 8;
const DROPPED = CommitGroup.decided('dropped');

export class Journal implements RecordHome {
  readonly #options: JournalOptions;
  readonly #ports: JournalPorts;
  readonly #commit: GroupCommit;
  readonly #backlog: Backlog;
  /** Old places of items that were written again, by their new sequence, until the new place is as safe as the old. */
  readonly #oldPlaces = new Map<number, JournalRecord>();
  readonly #hot: HotLog;
  readonly #spillBytes: number;
  #writtenSeq = 0;
  /** As of the last write: summing up the segments takes too long for a capture. */
  #diskBytes = 0;
  #pendingItems = 0;
  #pendingBytes = 0;
  readonly #waiters = new FlushWaiters();
  #isDroppingOldest = false;
  /** Dropped from memory, and not told yet. */
  #overflowed: JournalRecord[] = [];

  constructor(options: JournalOptions, ports: JournalPorts) {
    this.#options = options;
    this.#ports = ports;
    const { disk, onDamage, onProgress } = ports;
    this.#backlog = new Backlog({ disk, folder: '', segments: [], firstSeq: 1, onDamage, onRoom: onProgress });
    const blockBytes = Math.min(BLOCK_BYTES, Math.floor(options.maxMemoryBytes / 2));
    this.#hot = new HotLog(blockBytes, options.maxMemoryBytes);
    this.#spillBytes = options.maxMemoryBytes * SPILL_SHARE;
    this.#commit = new GroupCommit({
      durability: options.durability,
      segmentBytes: options.segmentBytes,
      disk: ports.disk,
      ownership: ports.ownership,
      onWritten: (seq) => this.#written(seq),
      unwrittenFrom: (seq, until) => this.#unwrittenFrom(seq, until),
      lastSeq: () => this.#hot.lastSeq,
      onFolder: (folder, writer) => this.#moved(folder, writer),
      onMode: (degradation) => this.#modeChanged(degradation),
    });
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
  get isSettled(): boolean {
    return this.#backlog.settledSeq === this.#hot.lastSeq;
  }
  /** Whether an item captured now is neither dropped nor written synchronously. */
  get isWritable(): boolean {
    const { maxMemoryBytes, maxDiskBytes, segmentBytes } = this.#options;
    if (this.mode === 'memory') return this.memoryBytes < maxMemoryBytes / 2;
    const waitingBytes = this.#commit.waitingBytes;
    // Room for the largest item, and for a few of the usual ones between two questions.
    const room = Math.max(segmentBytes, FRAME_HEADER_BYTES + ITEM_BYTES_MAX);
    return waitingBytes < this.#spillBytes / 2 && this.diskBytes + waitingBytes < maxDiskBytes - room;
  }

  /** Copies the item. */
  append(item: JournalItem): CommitGroup {
    if (this.#overflows(item.bytes)) return DROPPED;
    const group = this.#add(item);
    // Only now: who is told may capture too, and write over the item.
    this.#reportOverflowed();
    return group;
  }

  /** Writes an item again, at the end, and settles its old place once the new one is as safe as the old. */
  async requeue(records: readonly JournalRecord[]): Promise<void> {
    const moves = records.map((old) => {
      const group = this.#add(old);
      const seq = this.#hot.lastSeq;
      if (old.home === this) this.#waiters.moved(old.seq, seq);
      this.#oldPlaces.set(seq, old);
      return { seq, group };
    });
    for (const { seq, group } of moves) {
      const place = await group.done();
      if (place === 'disk' || this.#options.durability === 'memory') this.#leaveOldPlace(seq);
    }
  }

  /** The next records, in order and before `until`; empty when there is none to send now. */
  async read(maxBytes: number, until = Number.MAX_SAFE_INTEGER): Promise<readonly JournalRecord[]> {
    const hotFrom = Math.min(this.#hot.headSeq, until);
    if (this.#backlog.nextSeq >= hotFrom) return this.#readHot(maxBytes, until);
    const items = await this.#backlog.readCold({ from: this.#backlog.nextSeq, until: hotFrom, maxBytes });
    // While the disk was read, the oldest may have been dropped.
    const records = items
      .filter((item) => item.seq >= this.#backlog.nextSeq)
      .map((item) => ({ ...item, home: this, isSettled: false }));
    for (const record of records) this.#backlog.take(record);
    if (items.length > 0) return records;
    this.#backlog.skipTo(hotFrom);
    this.#backlog.restReader();
    this.#progressed();
    // Not the hot ones yet: while the disk was read, some of them may have left memory.
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

  /** Resolves when all that is captured up to now is settled, wherever it moves meanwhile. */
  whenSettled(): Promise<void> {
    const settled = this.#waiters.add(this.#hot.lastSeq);
    this.#progressed();
    return settled;
  }

  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }
  commitSync(): void {
    this.#commit.commitSync();
  }

  /** Resolves when no file of the backlog is being written. */
  quiesce(): Promise<void> {
    return this.#backlog.quiesce();
  }

  /** The last act: cursor, files, lock. What is left is for the next process. */
  closeSync(): void {
    this.#commit.commitSync();
    this.#backlog.writeCursorSync();
    this.#commit.close();
    const folder = this.#commit.house?.folder;
    if (folder === undefined) return;
    if (!this.isSettled) this.#ports.ownership.releaseSync(folder);
    else this.#ports.ownership.removeSync(folder);
  }

  /** After closing: takes out what only this process's memory holds. */
  takeUnwritten(): readonly JournalRecord[] {
    const taken = this.#backlog.unsettled().filter(({ seq }) => seq > this.#writtenSeq);
    this.#evict(0);
    const { lastSeq } = this.#hot;
    return [...taken, ...this.#hot.take({ until: lastSeq + 1, maxBytes: Number.POSITIVE_INFINITY, home: this })];
  }

  #add(item: JournalItem): CommitGroup {
    const { bytes } = item;
    this.#hot.append(item);
    this.#pendingItems += 1;
    this.#pendingBytes += bytes;
    const group = this.#commit.add(this.#hot.lastSeq, FRAME_HEADER_BYTES + bytes);
    if (this.#hot.bytes > this.#spillBytes) this.#relieve();
    if (this.mode === 'memory') this.#ports.onReadable();
    return group;
  }

  #leaveOldPlace(seq: number): void {
    const old = this.#oldPlaces.get(seq);
    if (old === undefined) return;
    this.#oldPlaces.delete(seq);
    old.home.settle(old);
  }

  #readHot(maxBytes: number, before: number): readonly JournalRecord[] {
    const sendableSeq = this.mode === 'memory' ? this.#hot.lastSeq : this.#writtenSeq;
    const records = this.#hot.take({ until: Math.min(sendableSeq + 1, before), maxBytes, home: this });
    for (const record of records) this.#backlog.take(record);
    return records;
  }

  /** What the sender has taken and could not settle comes first; in memory mode it can be ahead of the disk. */
  #unwrittenFrom(seq: number, until: number): Frames | undefined {
    const from = Math.max(seq, this.#writtenSeq + 1);
    if (from >= this.#hot.headSeq) return this.#hot.framesFrom(from, until);
    const taken = this.#backlog.unsettled().filter((record) => record.seq >= from && record.seq <= until);
    const [first] = taken;
    if (first === undefined) return this.#hot.framesFrom(from, until);
    const bytes = Buffer.concat(taken.map(frameOf));
    return { firstSeq: first.seq, lastSeq: taken.at(-1)?.seq ?? first.seq, bytes, release: () => undefined };
  }

  /** What is written leaves; when that is not enough, the rest is written now. */
  #relieve(): void {
    this.#evictWritten();
    if (this.#hot.bytes > this.#spillBytes && this.mode === 'disk') this.#commit.commitSync();
    this.#evictWritten();
  }

  #evictWritten(): void {
    this.#evict(this.#spillBytes / SPILL_KEEPS);
  }

  /** What is written leaves memory, down to this many bytes. */
  #evict(goal: number): void {
    while (this.#hot.bytes > goal && this.#hot.headSeq <= this.#writtenSeq) this.#hot.drop();
  }

  #overflows(bytes: number): boolean {
    if (this.mode === 'memory') return this.#overflowsMemory(bytes);
    const { maxDiskBytes, overflow, segmentBytes } = this.#options;
    if (this.#diskBytes + this.#commit.waitingBytes + bytes <= maxDiskBytes) return false;
    this.#diskBytes = this.#backlog.diskBytes;
    const use = this.#diskBytes + this.#commit.waitingBytes + bytes;
    if (use <= maxDiskBytes) return false;
    if (overflow === 'drop-newest') return true;
    void this.#dropOldest();
    // Dropping takes a moment, in which the journal may exceed its limit by a segment.
    return use > maxDiskBytes + segmentBytes;
  }

  #overflowsMemory(bytes: number): boolean {
    const { maxMemoryBytes, overflow } = this.#options;
    const limit = maxMemoryBytes - bytes - FRAME_HEADER_BYTES;
    if (this.#hot.bytes <= limit) return false;
    this.#evictWritten();
    if (this.#hot.bytes <= limit) return false;
    if (overflow === 'drop-newest') return true;
    while (this.#hot.bytes > limit && this.#hot.headSeq <= this.#hot.lastSeq) {
      for (const record of this.#hot.take({ until: this.#hot.headSeq + 1, maxBytes: 1, home: this })) {
        // With older ones still to be read from disk, it leaves a gap that reading passes over.
        if (this.#backlog.nextSeq >= record.seq) this.#backlog.take(record);
        this.#overflowed.push(record);
      }
    }
    return false;
  }

  #reportOverflowed(): void {
    if (this.#overflowed.length === 0) return;
    const dropped = this.#overflowed.splice(0);
    this.#ports.onOverflow(dropped);
    for (const record of dropped) this.settle(record);
  }

  /** Gives up the oldest segment: what the sender has not taken of it is dropped, what it has stays in memory only. */
  async #dropOldest(): Promise<void> {
    const [oldest, successor] = this.#backlog.segments;
    if (this.#isDroppingOldest || oldest === undefined || successor === undefined) return;
    this.#isDroppingOldest = true;
    try {
      const dropped: JournalRecord[] = [];
      while (this.#backlog.nextSeq < successor.firstSeq) {
        const records = await this.read(this.#options.segmentBytes, successor.firstSeq);
        if (records.length === 0) break;
        dropped.push(...records);
      }
      await this.#backlog.discard(oldest);
      if (dropped.length > 0) this.#ports.onOverflow(dropped);
      for (const record of dropped) this.settle(record);
    } catch {
      // The disk cannot be read now: the newest are dropped instead, until it can.
    } finally {
      this.#isDroppingOldest = false;
    }
  }

  #written(seq: number): void {
    this.#writtenSeq = Math.max(this.#writtenSeq, seq);
    this.#diskBytes = this.#backlog.diskBytes;
    if (this.#hot.bytes > this.#spillBytes) this.#evictWritten();
    this.#ports.onReadable();
    this.#progressed();
  }

  /** A folder is first made, or was taken by another process, which now sends what it holds. */
  #moved(folder: HeldFolder, writer: SegmentWriter): void {
    this.#backlog.moveTo(folder.path, writer.segments);
    if (this.#writtenSeq === 0) return;
    this.#evict(0);
    this.#backlog.skipTo(this.#hot.headSeq);
    const taken = this.#backlog.unsettled();
    this.#pendingItems = taken.length + this.#hot.lastSeq - this.#hot.headSeq + 1;
    const hotBytes = this.#hot.bytes - (this.#hot.lastSeq - this.#hot.headSeq + 1) * FRAME_HEADER_BYTES;
    this.#pendingBytes = taken.reduce((sum, record) => sum + record.bytes, hotBytes);
  }

  #modeChanged(degradation: Degradation): void {
    this.#ports.onMode(degradation);
    this.#ports.onReadable();
  }

  #progressed(): void {
    this.#waiters.release(this.#backlog.settledSeq);
    this.#ports.onProgress();
  }
}
