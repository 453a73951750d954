/**
 * The format of a segment file: frames of `length | crc32 | sequence | kind | payload`, big-endian, 17 bytes before the
 * payload. The checksum covers sequence, kind and payload; a wrong length makes it fail. Payloads are JSON, which holds no
 * zero byte, while every header begins with one (lengths stay below 16 MB): so a frame never lies inside a payload, and
 * after damage the next frame is found by trying every byte. Damage costs the records that it hits and no other.
 */
import { crc32 } from 'node:zlib';
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import type { JournalItem } from './record.ts';
import type { ItemKind } from './types.ts';

export const FRAME_HEADER_BYTES = 17;
const CHECKED_FROM = 8;
const PAYLOAD_BYTES_MIN = 2;
const KINDS = ['event', 'user', 'update'] as const satisfies readonly ItemKind[];
const KIND_CODES: Readonly<Record<ItemKind, number>> = { event: 1, user: 2, update: 3 };
const SEGMENT_NAME = /^(\d{16})\.log$/;

export type ScanStep =
  | { readonly kind: 'record'; readonly seq: number; readonly itemKind: ItemKind; readonly json: string }
  /** Bytes that are no frame, with good frames behind them or a whole frame's length of their own. */
  | { readonly kind: 'bad'; readonly start: number; readonly end: number }
  /** The rest is the beginning of a frame whose writing was cut short. */
  | { readonly kind: 'torn'; readonly start: number }
  | { readonly kind: 'end' };

export function encodeFrames(records: readonly (JournalItem & { readonly seq: number })[]): Buffer {
  let total = 0;
  for (const record of records) total += FRAME_HEADER_BYTES + record.bytes;
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const { seq, kind, json, bytes: length } of records) {
    const end = at + FRAME_HEADER_BYTES + length;
    bytes.writeUInt32BE(length, at);
    bytes.writeUInt32BE(Math.floor(seq / 2 ** 32), at + 8);
    bytes.writeUInt32BE(seq >>> 0, at + 12);
    bytes[at + 16] = KIND_CODES[kind];
    bytes.write(json, at + FRAME_HEADER_BYTES, length === json.length ? 'latin1' : 'utf8');
    bytes.writeUInt32BE(crc32(bytes.subarray(at + CHECKED_FROM, end)), at + 4);
    at = end;
  }
  return bytes;
}

/** Walks over the frames of a segment, or of a part of one that begins at a frame. */
export class FrameScanner {
  readonly #bytes: Buffer;
  #at = 0;
  #lastSeq = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): ScanStep {
    if (this.#at >= this.#bytes.length) return { kind: 'end' };
    const start = this.#at;
    const end = this.#frameEnd(start);
    if (end !== undefined) {
      this.#at = end;
      this.#lastSeq = this.#seqAt(start);
      const json = this.#bytes.toString('utf8', start + FRAME_HEADER_BYTES, end);
      return { kind: 'record', seq: this.#lastSeq, itemKind: this.#kindAt(start) ?? 'event', json };
    }
    this.#at = this.#nextFrame(start + 1);
    if (this.#at < this.#bytes.length || !this.#isCut(start)) return { kind: 'bad', start, end: this.#at };
    return { kind: 'torn', start };
  }

  /** The end of the frame at this place, undefined when there is no sound one. */
  #frameEnd(start: number): number | undefined {
    const bytes = this.#bytes;
    if (start + FRAME_HEADER_BYTES + PAYLOAD_BYTES_MIN > bytes.length) return undefined;
    // The cheap tests come first: damage is searched byte by byte.
    if (bytes[start] !== 0 || this.#kindAt(start) === undefined) return undefined;
    const length = bytes.readUInt32BE(start);
    const end = start + FRAME_HEADER_BYTES + length;
    if (length < PAYLOAD_BYTES_MIN || length > ITEM_BYTES_MAX || end > bytes.length) return undefined;
    if (this.#seqAt(start) <= this.#lastSeq) return undefined;
    const sum = crc32(bytes.subarray(start + CHECKED_FROM, end));
    return sum === bytes.readUInt32BE(start + 4) ? end : undefined;
  }

  #nextFrame(from: number): number {
    let at = from;
    while (at < this.#bytes.length && this.#frameEnd(at) === undefined) at += 1;
    return at;
  }

  /** Whether what is left looks like an unfinished write: a frame that runs past the end, or room that was never filled. */
  #isCut(start: number): boolean {
    const rest = this.#bytes.subarray(start);
    if (rest.length < FRAME_HEADER_BYTES) return true;
    return start + FRAME_HEADER_BYTES + rest.readUInt32BE(0) > this.#bytes.length || rest.every((byte) => byte === 0);
  }

  #kindAt(start: number): ItemKind | undefined {
    return KINDS[(this.#bytes[start + 16] ?? 0) - 1];
  }

  #seqAt(start: number): number {
    return this.#bytes.readUInt32BE(start + 8) * 2 ** 32 + this.#bytes.readUInt32BE(start + 12);
  }
}

/** Named by the first sequence inside, so that names sort as contents do. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, '0')}.log`;
}

/** The first sequence of a segment file, undefined for another file's name. */
export function parseSegmentName(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
