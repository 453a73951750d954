/**
 * Writes captured records in groups: one write and one `persisted` answer for the items of a few milliseconds. Modes:
 *   disk    A group is written 5 ms after its first item, or at 256 KB. A failed write changes the mode to memory.
 *   memory  Items stay in memory. All unwritten records are written every 5 s; when that succeeds, the mode is disk again.
 * With durability `memory` the mode is always memory and the disk is never touched. Another process can take our folder
 * after a minute of silence, so each write ends with a look at the lock: without it, the records go to a new folder. A
 * crash keeps every group whose answer is `disk`.
 */

import { messageOf, StorageError } from '@dataloaf/core/errors';
import type { Disk } from '../disk.ts';
import { codeOf } from '../error-code.ts';
import { CLAIMS_MAX, DISK_RETRY_MS, GROUP_BYTES_MAX, GROUP_MS_MAX } from '../limits.ts';
import type { HeldFolder, Ownership } from '../ownership/ownership.ts';
import { runtime } from '../runtime.ts';
import type { Degradation } from '../types.ts';
import type { Frames } from './hot-log.ts';
import { PersistedAnswer } from './persisted-answer.ts';
import { type Segment, SegmentWriter } from './segment-writer.ts';

export interface GroupCommitOptions {
  readonly durability: 'os' | 'fsync' | 'memory';
  readonly segmentBytes: number;
}

export interface GroupCommitPorts {
  readonly disk: Disk;
  readonly ownership: Ownership;
  readonly source: UnwrittenFrames;
  /** `source` has been marked. */
  readonly onWritten: () => void;
  /** Writes go to a new folder from here on. The records of the one before have another owner. */
  readonly onFolder: (folder: HeldFolder, segments: Segment[]) => void;
  readonly onMode: (degradation: Degradation) => void;
}

/** The records that are in memory and not written. */
export interface UnwrittenFrames {
  /** The last captured record. */
  readonly lastSeq: number;
  /** The next frames from this sequence on, up to `until`, for one write. */
  framesFrom(seq: number, until: number): Frames | undefined;
  /** All records up to this one are written. */
  markWritten(seq: number): void;
}

/** A folder that is ours, and the writer of its segments. */
interface HeldSegments {
  readonly folder: HeldFolder;
  readonly writer: SegmentWriter;
}

const IN_MEMORY = PersistedAnswer.decided('memory');

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #ports: GroupCommitPorts;
  #mode: 'disk' | 'memory';
  #held: HeldSegments | undefined;
  /** The group that gathers items. */
  #open: PersistedAnswer | undefined;
  /** The group that is being written. */
  #inFlight: PersistedAnswer | undefined;
  #handedSeq = 0;
  #appendedSeq = 0;
  #isRunning = false;
  #isClosed = false;
  #isSoon = false;
  /** A caller waits for the open group. */
  #isAwaited = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GroupCommitOptions, ports: GroupCommitPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#mode = options.durability === 'memory' ? 'memory' : 'disk';
  }

  get mode(): 'disk' | 'memory' {
    return this.#mode;
  }

  /** Undefined before the first write. */
  get folder(): HeldFolder | undefined {
    return this.#held?.folder;
  }

  get handedSeq(): number {
    return this.#handedSeq;
  }

  get appendedSeq(): number {
    return this.#appendedSeq;
  }

  /** Bytes that wait for their write. */
  get waitingBytes(): number {
    return (this.#open?.bytes ?? 0) + (this.#inFlight?.bytes ?? 0);
  }

  /** Adds the last captured record to the open group. `bytes`: the length of its frame. */
  add(seq: number, bytes: number): PersistedAnswer {
    if (this.#mode === 'memory') return IN_MEMORY;
    const group = this.#open ?? this.#start();
    group.lastSeq = seq;
    group.bytes += bytes;
    if (group.bytes >= GROUP_BYTES_MAX && !this.#isSoon) this.#soon();
    return group;
  }

  /** Writes the open group without the pause in which it gathers items: a caller waits for it. */
  commitSoon(): void {
    if (this.#open === undefined) return;
    this.#isAwaited = true;
    void this.#run();
  }

  /** Writes all that waits, before it returns. Never throws: a failure changes the mode to memory. */
  commitSync(): void {
    const groups = [this.#inFlight, this.#open].filter((group) => group !== undefined);
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
    runtime.clearTimeout(this.#timer);
    this.#held?.writer.close();
  }

  #start(): PersistedAnswer {
    this.#open = new PersistedAnswer();
    if (!this.#isRunning) this.#schedule(GROUP_MS_MAX);
    return this.#open;
  }

  #schedule(ms: number): void {
    runtime.clearTimeout(this.#timer);
    this.#timer = runtime.setTimeout(() => void this.#run(), ms).unref();
  }

  /** A full group is written at the end of this turn of the event loop: a capture does not wait for it. */
  #soon(): void {
    this.#isSoon = true;
    runtime.setImmediate(() => {
      this.#isSoon = false;
      void this.#run();
    });
  }

  /** Items captured during a write form the next group, which waits its own few milliseconds unless it is full or awaited. */
  async #run(): Promise<void> {
    // Without an open group the timer may be in use by the next retry of a failed disk.
    if (this.#isRunning || this.#isClosed || this.#open === undefined) return;
    this.#isRunning = true;
    runtime.clearTimeout(this.#timer);
    let group: PersistedAnswer | undefined = this.#open;
    while (group !== undefined) {
      this.#isAwaited = false;
      await this.#commit(group);
      group = this.#isDue() ? this.#open : undefined;
    }
    this.#isRunning = false;
    if (this.#open !== undefined && !this.#isClosed) this.#schedule(GROUP_MS_MAX);
  }

  #isDue(): boolean {
    return this.#open !== undefined && (this.#isAwaited || this.#open.bytes >= GROUP_BYTES_MAX);
  }

  async #commit(group: PersistedAnswer): Promise<void> {
    this.#open = undefined;
    this.#inFlight = group;
    try {
      await this.#write(group.lastSeq);
      group.settle('disk');
    } catch (error) {
      // With an outcome, a synchronous commit has written the group meanwhile.
      if (group.outcome === undefined) this.#degrade(error, [group]);
    } finally {
      this.#inFlight = undefined;
    }
  }

  /** Resolves when the records are written to a folder that is still ours. If it was taken, they go to a new one. */
  async #write(until: number): Promise<void> {
    for (let claims = 0; claims < CLAIMS_MAX; claims += 1) {
      const held = this.#held ?? this.#claim();
      await this.#appendAll(held, until);
      const isOurs = await this.#ports.ownership.holds(held.folder);
      if (!isOurs) this.#abandon(held);
      else if (this.#held === held) {
        this.#written(until);
        return;
      }
    }
    throw foldersTaken();
  }

  /** Ends early when a synchronous commit has changed to another folder meanwhile. */
  async #appendAll(held: HeldSegments, until: number): Promise<void> {
    for (let next = this.#handOver(until); next !== undefined; next = this.#handOver(until)) {
      await this.#append(held, next);
      if (this.#held !== held) return;
    }
  }

  #writeSync(): void {
    const { source, ownership } = this.#ports;
    const until = source.lastSeq;
    const unwritten = source.framesFrom(0, until);
    if (unwritten === undefined) return;
    unwritten.release();
    for (let claims = 0; claims < CLAIMS_MAX; claims += 1) {
      const held = this.#held ?? this.#claim();
      held.writer.finishSync();
      for (let next = this.#handOver(until); next !== undefined; next = this.#handOver(until)) {
        held.writer.appendSync(next.firstSeq, next.bytes);
        next.release();
        this.#appendedSeq = this.#handedSeq;
      }
      if (ownership.holdsSync(held.folder)) {
        this.#written(until);
        return;
      }
      this.#abandon(held);
    }
    throw foldersTaken();
  }

  #written(seq: number): void {
    this.#ports.source.markWritten(seq);
    this.#ports.onWritten();
  }

  /** Retries once, in a new segment: a failed sync must not be retried on the same file. */
  async #append(held: HeldSegments, { firstSeq, lastSeq, bytes, release }: Frames): Promise<void> {
    const { writer } = held;
    try {
      await writer.append(firstSeq, bytes);
    } catch {
      writer.abandon();
      await writer.append(firstSeq, bytes);
    }
    release();
    if (this.#held !== held) return;
    this.#appendedSeq = Math.max(this.#appendedSeq, lastSeq);
    // A failed synchronous commit may have moved this mark back meanwhile.
    this.#handedSeq = Math.max(this.#handedSeq, lastSeq);
  }

  /**
   * The next frames to write, marked as handed over. A synchronous commit can run between two writes of an asynchronous
   * one. Both read the mark at each step, so neither writes the frames of the other.
   */
  #handOver(until: number): Frames | undefined {
    const next = this.#ports.source.framesFrom(this.#handedSeq + 1, until);
    if (next !== undefined) this.#handedSeq = next.lastSeq;
    return next;
  }

  #claim(): HeldSegments {
    const { segmentBytes, durability } = this.#options;
    const { disk, ownership, onFolder } = this.#ports;
    const folder = ownership.claim();
    const kind = durability === 'fsync' ? 'fsync' : 'os';
    const writer = new SegmentWriter({ folder: folder.path, segmentBytes, durability: kind }, disk);
    this.#held = { folder, writer };
    onFolder(folder, writer.segments);
    return this.#held;
  }

  /** For a folder that another process has taken. */
  #abandon(held: HeldSegments): void {
    this.#ports.ownership.forget(held.folder);
    if (this.#held !== held) return;
    this.#handedSeq = 0;
    this.#appendedSeq = 0;
    this.#held = undefined;
  }

  #degrade(error: unknown, groups: readonly PersistedAnswer[]): void {
    const waiting = this.#open;
    this.#open = undefined;
    this.#held?.writer.abandon();
    this.#handedSeq = this.#appendedSeq;
    for (const group of groups) group.settle('memory');
    waiting?.settle('memory');
    if (this.#mode === 'disk') {
      this.#mode = 'memory';
      this.#ports.onMode({ mode: 'memory', code: codeOf(error), message: messageOf(error) });
    }
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    runtime.clearTimeout(this.#timer);
    this.#timer = runtime.setTimeout(() => void this.#recover(), DISK_RETRY_MS).unref();
  }

  /** Returns to disk mode once every unwritten record is written, including those captured meanwhile. */
  async #recover(): Promise<void> {
    if (this.#isClosed || this.#mode === 'disk') return;
    if (this.#isRunning) {
      this.#retryLater();
      return;
    }
    this.#isRunning = true;
    try {
      const { source } = this.#ports;
      for (let until = 0; until < source.lastSeq; ) {
        until = source.lastSeq;
        await this.#write(until);
      }
      this.#mode = 'disk';
      this.#ports.onMode({ mode: 'disk' });
    } catch {
      // Reported once, when the mode changed.
      this.#held?.writer.abandon();
      this.#handedSeq = this.#appendedSeq;
      this.#retryLater();
    } finally {
      this.#isRunning = false;
      // Items that `onDegraded` has captured.
      if (this.#open !== undefined && !this.#isClosed) this.#schedule(GROUP_MS_MAX);
    }
  }
}

function foldersTaken(): StorageError {
  const message = `Expected to keep a journal folder, got ${CLAIMS_MAX} in a row taken by other processes.`;
  return new StorageError('folders_taken', message);
}
