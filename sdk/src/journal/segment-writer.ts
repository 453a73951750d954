/**
 * Appends groups of frames to the segments of one folder. Each group has its place in the file before it is written, so
 * that a group whose asynchronous write is under way can be written once more, synchronously, at the same place: the same
 * bytes, whoever comes first. Short writes go on where they stopped. After a failed sync the file is not trusted again
 * (the kernel may have dropped the pages and forgotten it): the group goes to a new segment.
 */
import { join } from 'node:path';
import { StorageError } from '@dataloaf/core/errors';
import { codeOf, type Disk } from '../disk.ts';
import { segmentName } from './frame.ts';

export interface Segment {
  readonly firstSeq: number;
  readonly path: string;
  /** Bytes that are known to be written; a reader goes no further. */
  bytes: number;
}

export interface WriterOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly segmentBytes: number;
  readonly durability: 'os' | 'fsync';
}

interface OpenSegment {
  readonly fd: number;
  readonly segment: Segment;
  position: number;
  /** A write or sync has failed: nothing that is written or synced here counts any more. */
  isAbandoned: boolean;
}

interface Place {
  readonly open: OpenSegment;
  readonly position: number;
  readonly bytes: Buffer;
  isWritten: boolean;
}

export class SegmentWriter {
  /** Oldest first; the last one may still grow. Shared with the reader, which removes what is settled. */
  readonly segments: Segment[] = [];
  readonly #options: WriterOptions;
  #open: OpenSegment | undefined;
  #underWay: Place | undefined;
  /** Closed only when no write can be under way: a closed descriptor's number is given to the next file. */
  readonly #toClose: number[] = [];
  #isClosed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** One call at a time. @throws when what was written is not known to be safe; it must be written again, elsewhere. */
  async append(firstSeq: number, bytes: Buffer): Promise<void> {
    this.#closeOld();
    const place = this.#reserve(firstSeq, bytes);
    this.#underWay = place;
    try {
      await this.#writeLater(place);
    } finally {
      this.#underWay = undefined;
      if (this.#isClosed) this.#closeOld();
    }
    complete(place);
  }

  appendSync(firstSeq: number, bytes: Buffer): void {
    const place = this.#reserve(firstSeq, bytes);
    this.#writeNow(place);
    complete(place);
  }

  /** Writes what an `append` has under way, without waiting for it; not into a file that has failed. */
  finishSync(): void {
    const place = this.#underWay;
    if (place === undefined || place.isWritten || place.open.isAbandoned) return;
    this.#writeNow(place);
    complete(place);
  }

  /** Gives up the current segment after a failure: cuts what is not known to be whole, or removes an empty file. */
  abandon(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    open.isAbandoned = true;
    this.#toClose.push(open.fd);
    const { segment } = open;
    try {
      if (segment.bytes > 0) {
        this.#options.disk.truncateSync(segment.path, segment.bytes);
        return;
      }
      this.segments.splice(this.segments.indexOf(segment), 1);
      this.#options.disk.removeSync(segment.path);
    } catch {
      // The disk has failed; a reader passes over the remains, which carry sequences it has or checksums that fail.
    }
  }

  close(): void {
    if (this.#open !== undefined) this.#toClose.push(this.#open.fd);
    this.#open = undefined;
    this.#isClosed = true;
    if (this.#underWay === undefined) this.#closeOld();
  }

  #closeOld(): void {
    for (const fd of this.#toClose.splice(0)) {
      try {
        this.#options.disk.closeSync(fd);
      } catch {
        // Nothing is lost with it: what it holds was written before.
      }
    }
  }

  #reserve(firstSeq: number, bytes: Buffer): Place {
    if (this.#open !== undefined && this.#open.position + bytes.length > this.#options.segmentBytes) {
      this.#toClose.push(this.#open.fd);
      this.#open = undefined;
    }
    this.#open ??= this.#create(firstSeq);
    const place = { open: this.#open, position: this.#open.position, bytes, isWritten: false };
    this.#open.position += bytes.length;
    return place;
  }

  #create(firstSeq: number): OpenSegment {
    const { disk, folder, durability } = this.#options;
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

  /** A file that was given up and could not be removed is in the way of the one that replaces it. */
  #createFile(path: string): number {
    const { disk } = this.#options;
    try {
      return disk.createSync(path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || this.segments.some((segment) => segment.path === path)) throw error;
      disk.removeSync(path);
      return disk.createSync(path);
    }
  }

  /** Ends early when a synchronous commit writes the place meanwhile. */
  async #writeLater(place: Place): Promise<void> {
    const { disk, durability } = this.#options;
    try {
      await writeAll(disk, place);
    } catch (error) {
      if (!place.isWritten) throw error;
    }
    assertTrusted(place);
    if (place.isWritten || durability === 'os') return;
    // One that fails counts even when the place was written meanwhile: which of two syncs hears of an error is chance.
    await disk.dataSync(place.open.fd);
    assertTrusted(place);
  }

  #writeNow(place: Place): void {
    const { disk, durability } = this.#options;
    let done = 0;
    while (done < place.bytes.length) {
      done += progress(disk.writeSync(place.open.fd, place.bytes.subarray(done), place.position + done));
    }
    if (durability === 'fsync') disk.dataSyncNow(place.open.fd);
  }
}

async function writeAll(disk: Disk, place: Place): Promise<void> {
  let done = 0;
  while (done < place.bytes.length) {
    done += progress(await disk.write(place.open.fd, place.bytes.subarray(done), place.position + done));
  }
}

/** A synchronous commit can fail on the same file meanwhile; the sync that comes after a failed one says nothing. */
function assertTrusted(place: Place): void {
  if (place.isWritten || !place.open.isAbandoned) return;
  throw new StorageError(
    'segment_abandoned',
    'Expected to go on in a sound segment, a write or sync in it has failed.',
  );
}

function progress(written: number): number {
  if (written > 0) return written;
  throw new StorageError('write_stuck', 'Expected the disk to take at least one byte, it took none.');
}

function complete(place: Place): void {
  place.isWritten = true;
  const { segment } = place.open;
  segment.bytes = Math.max(segment.bytes, place.position + place.bytes.length);
}
