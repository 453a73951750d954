/**
 * Appends groups of frames to the segments of one folder. A group gets its position in the file before it is written.
 * So a group with an asynchronous write in flight can also be written synchronously, at the same position: both write
 * the same bytes, in any order. Short writes continue where they stopped. After a failed sync the file is not trusted
 * again (the kernel may have dropped the dirty pages and the error): the group goes to a new segment.
 */
import type { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { StorageError } from '@dataloaf/core/errors';
import type { Disk } from '../disk.ts';
import { codeOf } from '../error-code.ts';
import { segmentName } from './frame.ts';

export interface Segment {
  readonly firstSeq: number;
  readonly path: string;
  /** Length that is known to be written. A reader stops here. */
  bytes: number;
}

export interface SegmentWriterOptions {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly durability: 'os' | 'fsync';
}

interface OpenSegment {
  readonly fd: number;
  readonly segment: Segment;
  position: number;
  /** A write or sync has failed: later writes and syncs of this file prove nothing. */
  isAbandoned: boolean;
}

/** A range of a segment that is reserved for one group. */
interface GroupRange {
  readonly open: OpenSegment;
  readonly position: number;
  readonly bytes: Buffer;
  isWritten: boolean;
}

export class SegmentWriter {
  /** Oldest first; the last one may still grow. Shared with the backlog, which removes settled segments. */
  readonly segments: Segment[] = [];
  readonly #options: SegmentWriterOptions;
  readonly #disk: Disk;
  #open: OpenSegment | undefined;
  #inFlight: GroupRange | undefined;
  /** Closed only when no write is in flight: the system reuses the number of a closed descriptor for the next file. */
  readonly #toClose: number[] = [];
  #isClosed = false;

  constructor(options: SegmentWriterOptions, disk: Disk) {
    this.#options = options;
    this.#disk = disk;
  }

  /** One call at a time. @throws when the write is not known to be safe: the frames must go to another segment. */
  async append(firstSeq: number, bytes: Buffer): Promise<void> {
    this.#closeOld();
    const range = this.#reserve(firstSeq, bytes);
    this.#inFlight = range;
    try {
      await this.#writeLater(range);
    } finally {
      this.#inFlight = undefined;
      if (this.#isClosed) this.#closeOld();
    }
    complete(range);
  }

  appendSync(firstSeq: number, bytes: Buffer): void {
    const range = this.#reserve(firstSeq, bytes);
    this.#writeNow(range);
    complete(range);
  }

  /**
   * Writes the group that an `append` has in flight, without waiting for it. Does nothing in a file that has failed.
   */
  finishSync(): void {
    const range = this.#inFlight;
    if (range === undefined || range.isWritten || range.open.isAbandoned) return;
    this.#writeNow(range);
    complete(range);
  }

  /** Gives up the current segment after a failure: truncates it to its known length, or removes an empty file. */
  abandon(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    open.isAbandoned = true;
    this.#toClose.push(open.fd);
    const { segment } = open;
    try {
      if (segment.bytes > 0) {
        this.#disk.truncateSync(segment.path, segment.bytes);
        return;
      }
      this.segments.splice(this.segments.indexOf(segment), 1);
      this.#disk.removeSync(segment.path);
    } catch {
      // The disk has failed. A reader skips the rest of the file: repeated sequences, or checksums that do not match.
    }
  }

  close(): void {
    if (this.#open !== undefined) this.#toClose.push(this.#open.fd);
    this.#open = undefined;
    this.#isClosed = true;
    if (this.#inFlight === undefined) this.#closeOld();
  }

  #closeOld(): void {
    for (const fd of this.#toClose.splice(0)) {
      try {
        this.#disk.closeSync(fd);
      } catch {
        // Nothing is lost: the content was written before.
      }
    }
  }

  #reserve(firstSeq: number, bytes: Buffer): GroupRange {
    if (this.#open !== undefined && this.#open.position + bytes.length > this.#options.segmentBytes) {
      this.#toClose.push(this.#open.fd);
      this.#open = undefined;
    }
    this.#open ??= this.#create(firstSeq);
    const range = { open: this.#open, position: this.#open.position, bytes, isWritten: false };
    this.#open.position += bytes.length;
    return range;
  }

  #create(firstSeq: number): OpenSegment {
    const { folder, durability } = this.#options;
    const disk = this.#disk;
    const path = join(folder, segmentName(firstSeq));
    const fd = this.#createFile(path);
    try {
      if (durability === 'fsync') disk.syncFolderSync(folder);
    } catch (error) {
      this.#toClose.push(fd);
      throw error;
    }
    const segment = { firstSeq, path, bytes: 0 };
    this.segments.push(segment);
    return { fd, segment, position: 0, isAbandoned: false };
  }

  /** Replaces a file of the same name that was given up and could not be removed. */
  #createFile(path: string): number {
    const disk = this.#disk;
    try {
      return disk.createSync(path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || this.segments.some((segment) => segment.path === path)) throw error;
      disk.removeSync(path);
      return disk.createSync(path);
    }
  }

  /** Ends early when a synchronous commit writes the group meanwhile. */
  async #writeLater(range: GroupRange): Promise<void> {
    const { durability } = this.#options;
    const disk = this.#disk;
    try {
      await writeAll(disk, range);
    } catch (error) {
      if (!range.isWritten) throw error;
    }
    assertTrusted(range);
    if (range.isWritten || durability === 'os') return;
    // A failed sync counts even if the group was written meanwhile: only one of two syncs gets the error, either of them.
    await disk.dataSync(range.open.fd);
    assertTrusted(range);
  }

  #writeNow(range: GroupRange): void {
    const { durability } = this.#options;
    const disk = this.#disk;
    let done = 0;
    while (done < range.bytes.length) {
      done += progress(disk.writeSync(range.open.fd, range.bytes.subarray(done), range.position + done));
    }
    if (durability === 'fsync') disk.dataSyncNow(range.open.fd);
  }
}

async function writeAll(disk: Disk, range: GroupRange): Promise<void> {
  let done = 0;
  while (done < range.bytes.length) {
    done += progress(await disk.write(range.open.fd, range.bytes.subarray(done), range.position + done));
  }
}

/**
 * A synchronous commit may have failed on the same file meanwhile. A sync that succeeds after a failed one proves
 * nothing.
 */
function assertTrusted(range: GroupRange): void {
  if (range.isWritten || !range.open.isAbandoned) return;
  throw new StorageError(
    'segment_abandoned',
    'Expected to continue in a healthy segment, but a write or sync of it has failed.',
  );
}

function progress(written: number): number {
  if (written > 0) return written;
  throw new StorageError('write_stuck', 'Expected the disk to write at least one byte, it wrote none.');
}

function complete(range: GroupRange): void {
  range.isWritten = true;
  const { segment } = range.open;
  segment.bytes = Math.max(segment.bytes, range.position + range.bytes.length);
}
