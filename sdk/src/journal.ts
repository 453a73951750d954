/**
 * The items of this process between capture and settlement. Each is in memory from its capture; once it is written it may
 * leave memory, and is read back from disk when the sender comes to it. So memory is bounded while the API is down. The
 * records in memory (`hot`) are always the newest; those before them are cold. The sender gets only what is written,
 * except in memory mode.
 */
import { Backlog } from './backlog.ts';
import { CommitGroup } from './commit-group.ts';
import type { Disk } from './disk.ts';
import { Fifo } from './fifo.ts';
import { FlushWaiters } from './flush-waiters.ts';
import { GroupCommit } from './group-commit.ts';
import { RECORD_OVERHEAD_BYTES } from './limits.ts';
import type { HeldFolder, Ownership } from './ownership.ts';
import type { JournalItem, JournalRecord, RecordHome } from './record.ts';
import type { Damage } from './segment-reader.ts';
import type { SegmentWriter } from './segment-writer.ts';
import type { Degradation } from './types.ts';

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

const DROPPED = CommitGroup.decided('dropped');

export class Journal implements RecordHome {
  readonly #options: JournalOptions;
  readonly #ports: JournalPorts;
  readonly #commit: GroupCommit;
  readonly #backlog: Backlog;
  /** Old places, still the only ones on disk, by the record in memory that stands for them. */
  readonly #oldPlaces = new Map<JournalRecord, JournalRecord>();
  #hot = new Fifo<JournalRecord>();
  #lastSeq = 0;
  #writtenSeq = 0;
  #memoryBytes = 0;
  #pendingItems = 0;
  #pendingBytes = 0;
  readonly #waiters = new FlushWaiters();
  #isDroppingOldest = false;

  constructor(options: JournalOptions, ports: JournalPorts) {
    this.#options = options;
    this.#ports = ports;
    const { disk, onDamage } = ports;
    this.#backlog = new Backlog({ disk, folder: '', segments: [], firstSeq: 1, onDamage });
    this.#commit = new GroupCommit({
      durability: options.durability,
      segmentBytes: options.segmentBytes,
      disk: ports.disk,
      ownership: ports.ownership,
      onWritten: (seq) => this.#written(seq),
      unwritten: () => this.unwrittenRecords,
      onFolder: (folder, writer) => this.#moved(folder, writer),
      onMode: (degradation) => this.#modeChanged(degradation),
    });
  }

  get mode(): 'disk' | 'memory' {
    return this.#commit.mode;
  }
  get folder(): HeldFolder | undefined {
    return this.#commit.house?.folder;
  }
  get memoryBytes(): number {
    return this.#memoryBytes;
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
    return this.#backlog.settledSeq === this.#lastSeq;
  }
  /** Records that only this process's memory holds, in order. */
  get unwrittenRecords(): readonly JournalRecord[] {
    const isUnwritten = (record: JournalRecord): boolean => record.seq > this.#writtenSeq;
    return [...this.#backlog.unsettled().filter(isUnwritten), ...this.#hot.tailWhile(isUnwritten)];
  }
  /** Whether an item captured now is neither dropped nor written synchronously. */
  get isWritable(): boolean {
    const { maxMemoryBytes, maxDiskBytes } = this.#options;
    if (this.mode === 'memory') return this.#memoryBytes < maxMemoryBytes / 2;
    return this.#commit.waitingBytes < maxMemoryBytes / 2 && this.#diskUse() < maxDiskBytes;
  }

  append(item: JournalItem): CommitGroup {
    return this.#overflows(item) ? DROPPED : this.#add(item).group;
  }

  /** Writes an item again, at the end, and settles its old place once the new one is as safe as the old. */
  async requeue(records: readonly JournalRecord[]): Promise<void> {
    const moves = records.map((record) => {
      const added = this.#add(record);
      if (record.home === this) this.#waiters.moved(record.seq, added.record.seq);
      return { old: record, ...added };
    });
    for (const move of moves) {
      const place = await move.group.done();
      const isSafe = place === 'disk' || this.#options.durability === 'memory' || move.record.isSettled;
      if (isSafe) move.old.home.settle(move.old);
      else this.#oldPlaces.set(move.record, move.old);
    }
  }

  /** The next records, in order and before `until`; empty when there is none to send now. */
  async read(maxBytes: number, until = Number.MAX_SAFE_INTEGER): Promise<readonly JournalRecord[]> {
    const hotFrom = Math.min(this.#hot.peek()?.seq ?? this.#writtenSeq + 1, until);
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
    return this.#readHot(maxBytes, until);
  }

  settle(record: JournalRecord): void {
    if (record.isSettled) return;
    this.#pendingItems -= 1;
    this.#pendingBytes -= record.bytes;
    this.#backlog.settle(record);
    const old = this.#oldPlaces.get(record);
    if (old !== undefined) {
      this.#oldPlaces.delete(record);
      old.home.settle(old);
    }
    if (this.#waiters.size === 0) return;
    this.#waiters.settled(record.seq);
    this.#progressed();
  }

  /** Resolves when all that is captured up to now is settled, wherever it moves meanwhile. */
  whenSettled(): Promise<void> {
    const settled = this.#waiters.add(this.#lastSeq);
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
    const folder = this.folder;
    if (folder === undefined) return;
    if (!this.isSettled) this.#ports.ownership.releaseSync(folder);
    else this.#removeSync(folder);
  }

  #removeSync(folder: HeldFolder): void {
    this.#ports.ownership.forget(folder);
    try {
      this.#ports.disk.removeSync(folder.path);
    } catch {
      // The next process adopts an empty journal and removes it.
    }
  }

  #add(item: JournalItem): { record: JournalRecord; group: CommitGroup } {
    this.#lastSeq += 1;
    const { kind, json, bytes } = item;
    const record = { seq: this.#lastSeq, kind, json, bytes, home: this, isSettled: false };
    this.#hot.push(record);
    this.#memoryBytes += bytes + RECORD_OVERHEAD_BYTES;
    this.#pendingItems += 1;
    this.#pendingBytes += bytes;
    const group = this.#commit.add(record);
    if (this.#memoryBytes > this.#options.maxMemoryBytes) this.#relieve();
    if (this.mode === 'memory') this.#ports.onReadable();
    return { record, group };
  }

  #readHot(maxBytes: number, before: number): readonly JournalRecord[] {
    const until = Math.min(this.mode === 'memory' ? this.#lastSeq : this.#writtenSeq, before - 1);
    const records: JournalRecord[] = [];
    let bytes = 0;
    for (let head = this.#hot.peek(); head !== undefined && head.seq <= until; head = this.#hot.peek()) {
      this.#shiftHot();
      records.push(head);
      this.#backlog.take(head);
      bytes += head.bytes;
      if (bytes >= maxBytes) break;
    }
    return records;
  }

  #shiftHot(): JournalRecord | undefined {
    const record = this.#hot.shift();
    if (record !== undefined) this.#memoryBytes -= record.bytes + RECORD_OVERHEAD_BYTES;
    return record;
  }

  /** Memory is above its limit: what is written leaves; when that is not enough, the rest is written now. */
  #relieve(): void {
    this.#evict();
    if (this.#memoryBytes <= this.#options.maxMemoryBytes || this.mode === 'memory') return;
    this.#commit.commitSync();
    this.#evict();
  }

  /** To half of the limit, so that it is not done for every item. */
  #evict(): void {
    const goal = this.#options.maxMemoryBytes / 2;
    while (this.#memoryBytes > goal && (this.#hot.peek()?.seq ?? Number.POSITIVE_INFINITY) <= this.#writtenSeq) {
      this.#shiftHot();
    }
  }

  #overflows(item: JournalItem): boolean {
    if (this.mode === 'memory') return this.#overflowsMemory(item);
    const use = this.#diskUse() + item.bytes;
    const { maxDiskBytes, overflow, segmentBytes } = this.#options;
    if (use <= maxDiskBytes) return false;
    if (overflow === 'drop-newest') return true;
    void this.#dropOldest();
    // Dropping takes a moment, in which the journal may exceed its limit by a segment.
    return use > maxDiskBytes + segmentBytes;
  }

  #overflowsMemory(item: JournalItem): boolean {
    const limit = this.#options.maxMemoryBytes - item.bytes - RECORD_OVERHEAD_BYTES;
    if (this.#memoryBytes <= limit) return false;
    this.#evict();
    if (this.#memoryBytes <= limit) return false;
    if (this.#options.overflow === 'drop-newest') return true;
    const dropped: JournalRecord[] = [];
    while (this.#memoryBytes > limit) {
      const record = this.#shiftHot();
      if (record === undefined) break;
      dropped.push(record);
      this.#backlog.take(record);
      this.settle(record);
    }
    this.#ports.onOverflow(dropped);
    return false;
  }

  #diskUse(): number {
    return this.#backlog.diskBytes + this.#commit.waitingBytes;
  }

  /** Gives up the oldest segment: what the sender has not taken of it is dropped, what it has stays in memory only. */
  async #dropOldest(): Promise<void> {
    const [, successor] = this.#backlog.segments;
    if (this.#isDroppingOldest || successor === undefined) return;
    this.#isDroppingOldest = true;
    try {
      const dropped: JournalRecord[] = [];
      while (this.#backlog.nextSeq < successor.firstSeq) {
        const records = await this.read(this.#options.segmentBytes, successor.firstSeq);
        if (records.length === 0) break;
        dropped.push(...records);
      }
      await this.#backlog.discardOldest();
      for (const record of dropped) this.settle(record);
      if (dropped.length > 0) this.#ports.onOverflow(dropped);
    } catch {
      // The disk cannot be read now: the newest are dropped instead, until it can.
    } finally {
      this.#isDroppingOldest = false;
    }
  }

  #written(seq: number): void {
    this.#writtenSeq = Math.max(this.#writtenSeq, seq);
    if (this.#memoryBytes > this.#options.maxMemoryBytes) this.#evict();
    this.#ports.onReadable();
    this.#progressed();
  }

  /** A folder is first made, or was taken by another process, which now sends what it holds. */
  #moved(folder: HeldFolder, writer: SegmentWriter): void {
    this.#backlog.moveTo(folder.path, writer.segments);
    if (this.#writtenSeq === 0) return;
    while ((this.#hot.peek()?.seq ?? Number.POSITIVE_INFINITY) <= this.#writtenSeq) this.#shiftHot();
    this.#backlog.skipTo(this.#hot.peek()?.seq ?? this.#writtenSeq + 1);
    const taken = this.#backlog.unsettled();
    const ours = [...taken, ...this.#hot.tailWhile((record) => record.seq > this.#writtenSeq)];
    this.#pendingItems = ours.length;
    this.#pendingBytes = ours.reduce((sum, record) => sum + record.bytes, 0);
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
