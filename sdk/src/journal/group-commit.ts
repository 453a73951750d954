/**
 * Writes captured records in groups. Modes: `disk` -> (a write fails) -> `memory`, in which items are kept in memory and
 * the disk is tried again every few seconds -> (a write of all that is kept succeeds) -> `disk`. With durability `memory`
 * the disk is never touched. A crash keeps every group that was answered `disk`.
 */
import { messageOf, StorageError } from '@dataloaf/core/errors';
import { codeOf, type Disk } from '../disk.ts';
import { CLAIMS_MAX, DISK_RETRY_MS, GROUP_BYTES_MAX, GROUP_MS_MAX } from '../limits.ts';
import type { HeldFolder, Ownership } from '../ownership/ownership.ts';
import type { Degradation } from '../types.ts';
import type { Frames } from './hot-log.ts';
import { CommitGroup } from './persisted-answer.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface GroupCommitOptions {
  readonly durability: 'os' | 'fsync' | 'memory';
  readonly segmentBytes: number;
  readonly disk: Disk;
  readonly ownership: Ownership;
  /** All records up to this one are written. */
  readonly onWritten: (seq: number) => void;
  /** The next frames, from this sequence on, of what is in memory and not written; a write's worth. */
  readonly unwrittenFrom: (seq: number, until: number) => Frames | undefined;
  /** The last record there is. */
  readonly lastSeq: () => number;
  /** A new folder is written from here on; what the one before holds has another owner. */
  readonly onFolder: (folder: HeldFolder, writer: SegmentWriter) => void;
  readonly onMode: (degradation: Degradation) => void;
}

interface House {
  readonly folder: HeldFolder;
  readonly writer: SegmentWriter;
}

const IN_MEMORY = CommitGroup.decided('memory');

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #mode: 'disk' | 'memory';
  #house: House | undefined;
  #open: CommitGroup | undefined;
  /** Being written. */
  #underWay: CommitGroup | undefined;
  /** Last record given to a writer, and last one that a writer has taken whole. */
  #handedSeq = 0;
  #appendedSeq = 0;
  #isRunning = false;
  #isClosed = false;
  #isSoon = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#mode = options.durability === 'memory' ? 'memory' : 'disk';
  }

  get mode(): 'disk' | 'memory' {
    return this.#mode;
  }

  get house(): House | undefined {
    return this.#house;
  }

  /** Bytes that wait for their write. */
  get waitingBytes(): number {
    return (this.#open?.bytes ?? 0) + (this.#underWay?.bytes ?? 0);
  }

  /** Notes a record that was appended: the last one so far, with a frame of so many bytes. */
  add(seq: number, bytes: number): CommitGroup {
    if (this.#mode === 'memory') return IN_MEMORY;
    const group = this.#open ?? this.#start();
    group.lastSeq = seq;
    group.bytes += bytes;
    if (group.bytes >= GROUP_BYTES_MAX && !this.#isSoon) this.#soon();
    return group;
  }

  /** Writes all that waits, before it returns. Fails into memory mode, never by throwing. */
  commitSync(): void {
    const groups = [this.#underWay, this.#open].filter((group) => group !== undefined);
    this.#open = undefined;
    try {
      if (this.#options.durability !== 'memory') this.#writeSync();
      for (const group of groups) group.settle('disk');
    } catch (error) {
      this.#degrade(error, groups);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#house?.writer.close();
  }

  #start(): CommitGroup {
    this.#open = new CommitGroup();
    if (!this.#isRunning) this.#schedule(GROUP_MS_MAX);
    return this.#open;
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), ms).unref();
  }

  /** A full group goes at the end of this turn of the loop: capture itself never encodes or writes. */
  #soon(): void {
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      void this.#run();
    });
  }

  /** What gathers during a write waits its own few milliseconds, unless it is a full group already. */
  async #run(): Promise<void> {
    // Without a group there may be another use of the timer: the next try of a disk that failed.
    if (this.#isRunning || this.#isClosed || this.#open === undefined) return;
    this.#isRunning = true;
    clearTimeout(this.#timer);
    let group: CommitGroup | undefined = this.#open;
    while (group !== undefined) {
      await this.#commit(group);
      group = this.#open !== undefined && this.#open.bytes >= GROUP_BYTES_MAX ? this.#open : undefined;
    }
    this.#isRunning = false;
    if (this.#open !== undefined && !this.#isClosed) this.#schedule(GROUP_MS_MAX);
  }

  async #commit(group: CommitGroup): Promise<void> {
    this.#open = undefined;
    this.#underWay = group;
    try {
      await this.#write(group.lastSeq);
      group.settle('disk');
    } catch (error) {
      // Settled already: a synchronous commit has written the group meanwhile.
      if (group.outcome === undefined) this.#degrade(error, [group]);
    } finally {
      this.#underWay = undefined;
    }
  }

  /** Written and still ours; when the folder was taken meanwhile, written again into a new one. */
  async #write(until: number): Promise<void> {
    for (let claims = 0; claims < CLAIMS_MAX; claims += 1) {
      const house = this.#house ?? this.#moveIn();
      await this.#appendAll(house, until);
      const isOurs = await this.#options.ownership.holds(house.folder);
      if (!isOurs) this.#leave(house);
      else if (this.#house === house) {
        this.#options.onWritten(until);
        return;
      }
    }
    throw foldersTaken();
  }

  /** Ends early when a synchronous commit has moved on to another folder meanwhile. */
  async #appendAll(house: House, until: number): Promise<void> {
    for (let next = this.#handOver(until); next !== undefined; next = this.#handOver(until)) {
      await this.#append(house, next);
      if (this.#house !== house) return;
    }
  }

  #writeSync(): void {
    const until = this.#options.lastSeq();
    const unwritten = this.#options.unwrittenFrom(0, until);
    if (unwritten === undefined) return;
    unwritten.release();
    for (let claims = 0; claims < CLAIMS_MAX; claims += 1) {
      const house = this.#house ?? this.#moveIn();
      house.writer.finishSync();
      for (let next = this.#handOver(until); next !== undefined; next = this.#handOver(until)) {
        house.writer.appendSync(next.firstSeq, next.bytes);
        next.release();
        this.#appendedSeq = this.#handedSeq;
      }
      if (this.#options.ownership.holdsSync(house.folder)) {
        this.#options.onWritten(until);
        return;
      }
      this.#leave(house);
    }
    throw foldersTaken();
  }

  /** A segment that fails once is left: a failed sync must not be tried again on the same file. */
  async #append(house: House, { firstSeq, lastSeq, bytes, release }: Frames): Promise<void> {
    const { writer } = house;
    try {
      await writer.append(firstSeq, bytes);
    } catch {
      writer.abandon();
      await writer.append(firstSeq, bytes);
    }
    release();
    if (this.#house !== house) return;
    this.#appendedSeq = Math.max(this.#appendedSeq, lastSeq);
    // A failure elsewhere has taken the mark back meanwhile.
    this.#handedSeq = Math.max(this.#handedSeq, lastSeq);
  }

  /**
   * The next frames to write, marked as handed over. A synchronous commit can come between two writes of an asynchronous
   * one; the mark, read at each step, keeps either from writing what the other has.
   */
  #handOver(until: number): Frames | undefined {
    const next = this.#options.unwrittenFrom(this.#handedSeq + 1, until);
    if (next !== undefined) this.#handedSeq = next.lastSeq;
    return next;
  }

  #moveIn(): House {
    const { disk, ownership, segmentBytes, durability } = this.#options;
    const folder = ownership.claim();
    const kind = durability === 'fsync' ? 'fsync' : 'os';
    const writer = new SegmentWriter({ disk, folder: folder.path, segmentBytes, durability: kind });
    this.#house = { folder, writer };
    this.#options.onFolder(folder, writer);
    return this.#house;
  }

  #leave(house: House): void {
    this.#options.ownership.forget(house.folder);
    if (this.#house !== house) return;
    this.#handedSeq = 0;
    this.#appendedSeq = 0;
    this.#house = undefined;
  }

  #degrade(error: unknown, groups: readonly CommitGroup[]): void {
    const waiting = this.#open;
    this.#open = undefined;
    this.#house?.writer.abandon();
    this.#handedSeq = this.#appendedSeq;
    for (const group of groups) group.settle('memory');
    waiting?.settle('memory');
    if (this.#mode === 'disk') {
      this.#mode = 'memory';
      this.#options.onMode({ mode: 'memory', code: codeOf(error), message: messageOf(error) });
    }
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#recover(), DISK_RETRY_MS).unref();
  }

  /** Back to the disk once all that is kept in memory is written; what comes meanwhile is taken along. */
  async #recover(): Promise<void> {
    if (this.#isClosed || this.#mode === 'disk') return;
    if (this.#isRunning) {
      this.#retryLater();
      return;
    }
    this.#isRunning = true;
    try {
      for (let until = 0; until < this.#options.lastSeq(); ) {
        until = this.#options.lastSeq();
        await this.#write(until);
      }
      this.#mode = 'disk';
      this.#options.onMode({ mode: 'disk' });
    } catch {
      // Reported when the mode changed; said once.
      this.#house?.writer.abandon();
      this.#handedSeq = this.#appendedSeq;
      this.#retryLater();
    } finally {
      this.#isRunning = false;
      // What a callback has captured when it was told that the disk is back.
      if (this.#open !== undefined && !this.#isClosed) this.#schedule(GROUP_MS_MAX);
    }
  }
}

function foldersTaken(): StorageError {
  const message = `Expected a folder of the journal to stay ours, got ${CLAIMS_MAX} in a row taken by other processes.`;
  return new StorageError('folders_taken', message);
}
