/**
 * Reads records back from segments, in order, one window at a time. When a window shows damage, the rest of its segment
 * is read at once: only the whole rest shows which bytes are damaged and which are intact. Damaged bytes are reported
 * and skipped; a torn tail is also cut off the file, so that it is reported once. The segment that is still being
 * written is read up to its known length.
 */
import type { Buffer } from 'node:buffer';
import { messageOf } from '@dataloaf/core/errors';
import type { Disk } from '../disk.ts';
import { codeOf } from '../error-code.ts';
import { DAMAGED_BYTES_MAX, FREE_WINDOWS_MAX, READ_WINDOW_BYTES, SEGMENT_READS_MAX } from '../limits.ts';
import { FrameScanner } from './frame.ts';
import type { JournalItem, JournalRecord } from './record.ts';
import type { Segment } from './segment-writer.ts';
import { BufferPool, type SharedBuffer } from './shared-buffer.ts';

export type ReadItem = JournalItem & Pick<JournalRecord, 'seq' | 'memory'>;

export interface Damage {
  readonly segment: Segment;
  /** Absent when the whole file cannot be read. */
  readonly bytes?: Buffer;
  /** The end of a file whose write was cut short. Its records were never reported as `disk`. */
  readonly isTorn?: boolean;
  readonly message: string;
}

export interface ReadRange {
  /** The first sequence wanted. */
  readonly from: number;
  /** The first sequence not wanted. */
  readonly until: number;
  readonly maxBytes: number;
}

interface Loaded {
  readonly segment: Segment;
  readonly window: SharedBuffer;
  readonly bytes: Buffer;
  /** Position of `bytes` in the segment. */
  readonly start: number;
  /** Whether `bytes` reaches the known length of the segment. */
  readonly isRest: boolean;
  readonly scanner: FrameScanner;
  /** Position of the next window. */
  end: number;
  /** There is damage: the next window must be the whole rest. */
  hasDamage: boolean;
}

export class SegmentReader {
  readonly #segments: Segment[];
  readonly #disk: Disk;
  readonly #onDamage: (damage: Damage) => Promise<void>;
  readonly #failures = new Map<Segment, number>();
  readonly #windows = new BufferPool(READ_WINDOW_BYTES, FREE_WINDOWS_MAX);
  #loaded: Loaded | undefined;
  /** Read already, and beyond the range of the last call. */
  #ahead: ReadItem | undefined;
  #reachedSeq = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(segments: Segment[], disk: Disk, onDamage: (damage: Damage) => Promise<void>) {
    this.#segments = segments;
    this.#disk = disk;
    this.#onDamage = onDamage;
  }

  /**
   * Empty when the range has no more records. Rejects when the disk fails; a retry may succeed. Calls run one at a
   * time.
   */
  read(range: ReadRange): Promise<readonly ReadItem[]> {
    const read = this.#turn.then(() => this.#readNow(range));
    this.#turn = read.catch(() => undefined);
    return read;
  }

  async #readNow(range: ReadRange): Promise<readonly ReadItem[]> {
    if (range.from <= this.#reachedSeq) this.#restNow();
    const items: ReadItem[] = [];
    let bytes = 0;
    while (bytes < range.maxBytes) {
      const item = await this.#next(range.from);
      if (item === undefined) break;
      if (item.seq >= range.until) {
        this.#ahead = item;
        break;
      }
      item.memory?.hold();
      items.push(item);
      bytes += item.bytes;
      this.#reachedSeq = item.seq;
    }
    return items;
  }

  /** Frees the memory once the reads in flight are over. The next read finds its position again. */
  rest(): void {
    this.#turn = this.#turn.then(() => this.#restNow());
  }

  #restNow(): void {
    this.#unload();
    this.#ahead = undefined;
    this.#reachedSeq = 0;
  }

  async #next(from: number): Promise<ReadItem | undefined> {
    for (;;) {
      const item = this.#ahead ?? (await this.#scan());
      this.#ahead = undefined;
      if (item !== undefined && item.seq >= from) return item;
      if (item === undefined && !(await this.#load(from))) return undefined;
    }
  }

  /** The next record of the loaded window. */
  async #scan(): Promise<ReadItem | undefined> {
    const loaded = this.#loaded;
    if (loaded === undefined) return undefined;
    for (;;) {
      const step = loaded.scanner.next();
      switch (step.kind) {
        case 'record': {
          const { seq, itemKind, start, bytes } = step;
          return { seq, kind: itemKind, source: loaded.bytes, start, bytes, memory: loaded.window };
        }
        case 'bad':
          if (!loaded.isRest) return goOnAt(loaded, step);
          await this.#damaged(loaded, step.start, step.end);
          break;
        case 'torn':
          if (!loaded.isRest) return goOnAt(loaded, step);
          await this.#torn(loaded, step.start);
          return undefined;
        case 'end':
          return undefined;
      }
    }
  }

  async #damaged({ segment, bytes }: Loaded, start: number, end: number): Promise<void> {
    await this.#onDamage({
      segment,
      bytes: bytes.subarray(start, end),
      message: 'the checksum of a record does not match',
    });
  }

  async #torn({ segment, bytes, start }: Loaded, at: number): Promise<void> {
    await this.#onDamage({ segment, bytes: bytes.subarray(at), isTorn: true, message: 'the end of a segment is torn' });
    segment.bytes = start + at;
    try {
      this.#disk.truncateSync(segment.path, segment.bytes);
    } catch {
      // Then another process that reads this file reports the tail again.
    }
  }

  /** Loads the next window, or the segment that holds `from`. False when there is none. */
  async #load(from: number): Promise<boolean> {
    const next = this.#following(from);
    if (next === undefined) {
      this.#unload();
      return false;
    }
    const { segment, start, hasDamage } = next;
    const rest = segment.bytes - start;
    if (hasDamage && rest > DAMAGED_BYTES_MAX) {
      await this.#leave(segment, `Expected a segment of at most ${DAMAGED_BYTES_MAX} bytes, got ${segment.bytes}.`);
      return true;
    }
    const length = hasDamage ? rest : Math.min(rest, READ_WINDOW_BYTES);
    const window = this.#windows.take(length);
    try {
      const filled = await this.#disk.readInto(segment.path, window.buffer.subarray(0, length), start);
      const bytes = window.buffer.subarray(0, filled);
      const isRest = length === rest || filled < length;
      this.#unload();
      const end = start + length;
      this.#loaded = { segment, window, bytes, start, isRest, scanner: new FrameScanner(bytes), end, hasDamage: false };
    } catch (error) {
      window.release();
      await this.#unreadable(segment, error);
    }
    return true;
  }

  #unload(): void {
    this.#loaded?.window.release();
    this.#loaded = undefined;
  }

  #following(from: number): { segment: Segment; start: number; hasDamage: boolean } | undefined {
    const loaded = this.#loaded;
    // A segment that is settled, dropped or unreadable has left the list, and its file is gone.
    if (loaded !== undefined && loaded.segment.bytes > loaded.end && this.#segments.includes(loaded.segment)) {
      return { segment: loaded.segment, start: loaded.end, hasDamage: loaded.hasDamage };
    }
    const isNext = (segment: Segment): boolean =>
      loaded === undefined ? !this.#isBefore(segment, from) : segment.firstSeq > loaded.segment.firstSeq;
    const segment = this.#segments.find((each) => each.bytes > 0 && isNext(each));
    return segment && { segment, start: 0, hasDamage: false };
  }

  /** Whether the segment ends before the sequence: the next segment starts at or before it. */
  #isBefore(segment: Segment, from: number): boolean {
    const successor = this.#segments[this.#segments.indexOf(segment) + 1];
    return successor !== undefined && successor.firstSeq <= from;
  }

  /** A file that is gone, or that fails repeatedly, must not block the segments after it. */
  async #unreadable(segment: Segment, error: unknown): Promise<void> {
    const failures = (this.#failures.get(segment) ?? 0) + 1;
    this.#failures.set(segment, failures);
    if (codeOf(error) !== 'ENOENT' && failures < SEGMENT_READS_MAX) throw error;
    this.#failures.delete(segment);
    await this.#leave(segment, codeOf(error) === 'ENOENT' ? undefined : messageOf(error));
  }

  /** Goes on with the next segment. Without damage the file is gone. */
  async #leave(segment: Segment, damage: string | undefined): Promise<void> {
    const at = this.#segments.indexOf(segment);
    if (at !== -1) this.#segments.splice(at, 1);
    if (damage !== undefined) await this.#onDamage({ segment, message: damage });
  }
}

/**
 * A frame that the window cuts begins the next window. If it began this one too, then its length is wrong, because
 * every real frame fits into a window.
 */
function goOnAt(loaded: Loaded, step: { readonly kind: 'bad' | 'torn'; readonly start: number }): undefined {
  loaded.end = loaded.start + step.start;
  loaded.hasDamage = step.kind === 'bad' || step.start === 0;
}
