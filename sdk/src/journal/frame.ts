/**
 * The frame: one record of a segment file. `length | crc32 | sequence | kind | payload`, big-endian, 17 bytes before
 * the payload. The checksum covers sequence, kind and payload; a wrong length makes it fail. Payloads are JSON, which
 * has no zero byte, and every header begins with one (lengths stay below 16 MB). So no frame can start inside a
 * payload, and the scanner finds the next frame after damage by trying every byte. Damage costs only the records that
 * it hits. The whole format: docs/journal-format.md.
 */
import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import type { ItemKind } from '../types.ts';
import type { JournalItem } from './record.ts';

export const FRAME_HEADER_BYTES = 17;
const CHECKSUM_AT = 4;
const SEQ_AT = 8;
const CHECKED_FROM = SEQ_AT;
const KIND_AT = 16;
const PAYLOAD_BYTES_MIN = 2;
export const FRAME_BYTES_MIN = FRAME_HEADER_BYTES + PAYLOAD_BYTES_MIN;
/** Of a record. Readers ask for those below the largest safe integer. */
const SEQ_MAX = Number.MAX_SAFE_INTEGER - 1;
const KINDS = ['event', 'user', 'update'] as const satisfies readonly ItemKind[];
const KIND_CODES: Readonly<Record<ItemKind, number>> = { event: 1, user: 2, update: 3 };
const SEGMENT_NAME = /^(\d{16})\.log$/;

export type ScanStep =
  | {
      readonly kind: 'record';
      readonly seq: number;
      readonly itemKind: ItemKind;
      /** Position of the payload in the scanned bytes. */
      readonly start: number;
      readonly bytes: number;
    }
  /** Bytes that are not a frame, followed by valid frames or at least as long as one. */
  | { readonly kind: 'bad'; readonly start: number; readonly end: number }
  /** The rest is the beginning of a frame whose write was cut short. */
  | { readonly kind: 'torn'; readonly start: number }
  | { readonly kind: 'end' };

interface FrameHeader {
  readonly seq: number;
  readonly kind: ItemKind;
  /** Length of the payload, which follows the header. */
  readonly bytes: number;
}

/** Writes a header at `at`, all but its checksum. Returns the position of the payload. */
export function writeHeader(frame: Buffer, at: number, { seq, kind, bytes }: FrameHeader): number {
  putUint32(frame, at, bytes);
  putUint32(frame, at + SEQ_AT, Math.floor(seq / 2 ** 32));
  putUint32(frame, at + SEQ_AT + 4, seq);
  frame[at + KIND_AT] = KIND_CODES[kind];
  return at + FRAME_HEADER_BYTES;
}

/** Without the checks of Buffer's own method, which each capture would pay for. */
function putUint32(frame: Buffer, at: number, value: number): void {
  frame[at] = value >>> 24;
  frame[at + 1] = value >>> 16;
  frame[at + 2] = value >>> 8;
  frame[at + 3] = value;
}

/** Writes the checksum of the frame that begins at `at`. Returns the end of the frame. */
export function sealFrame(frame: Buffer, at: number): number {
  const end = frameEnd(frame, at);
  frame.writeUInt32BE(crc32(frame.subarray(at + CHECKED_FROM, end)), at + CHECKSUM_AT);
  return end;
}

/** The whole frame of an item, sealed. */
export function frameOf({ source, start }: JournalItem): Buffer {
  const at = start - FRAME_HEADER_BYTES;
  return source.subarray(at, sealFrame(source, at));
}

/** The end of a frame that is known to be whole. */
export function frameEnd(frame: Buffer, at: number): number {
  return at + FRAME_HEADER_BYTES + frame.readUInt32BE(at);
}

/** The kind of a frame that is known to be whole. */
export function frameKind(frame: Buffer, at: number): ItemKind {
  return KINDS[(frame[at + KIND_AT] ?? 0) - 1] ?? 'event';
}

/** Iterates over the frames of a segment, or of a part of one that begins at a frame. */
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
      const payload = start + FRAME_HEADER_BYTES;
      const itemKind = frameKind(this.#bytes, start);
      return { kind: 'record', seq: this.#lastSeq, itemKind, start: payload, bytes: end - payload };
    }
    this.#at = this.#nextFrame(start + 1);
    if (this.#at < this.#bytes.length || !this.#isCut(start)) return { kind: 'bad', start, end: this.#at };
    return { kind: 'torn', start };
  }

  /** The end of the frame at this position. Undefined when there is no valid frame. */
  #frameEnd(start: number): number | undefined {
    const bytes = this.#bytes;
    if (start + FRAME_BYTES_MIN > bytes.length) return undefined;
    // The cheap checks come first: after damage this runs for every byte.
    if (bytes[start] !== 0 || !this.#hasKind(start)) return undefined;
    const length = bytes.readUInt32BE(start);
    const end = start + FRAME_HEADER_BYTES + length;
    if (length < PAYLOAD_BYTES_MIN || length > ITEM_BYTES_MAX || end > bytes.length) return undefined;
    const seq = this.#seqAt(start);
    if (seq <= this.#lastSeq || seq > SEQ_MAX) return undefined;
    const sum = crc32(bytes.subarray(start + CHECKED_FROM, end));
    return sum === bytes.readUInt32BE(start + CHECKSUM_AT) ? end : undefined;
  }

  #nextFrame(from: number): number {
    let at = from;
    while (at < this.#bytes.length && this.#frameEnd(at) === undefined) at += 1;
    return at;
  }

  /**
   * Whether the rest looks like an unfinished write: a frame that runs past the end, or zeros that were never
   * overwritten.
   */
  #isCut(start: number): boolean {
    const rest = this.#bytes.subarray(start);
    if (rest.length < FRAME_HEADER_BYTES) return true;
    return start + FRAME_HEADER_BYTES + rest.readUInt32BE(0) > this.#bytes.length || rest.every((byte) => byte === 0);
  }

  #hasKind(start: number): boolean {
    const code = this.#bytes[start + KIND_AT] ?? 0;
    return code >= 1 && code <= KINDS.length;
  }

  #seqAt(start: number): number {
    return this.#bytes.readUInt32BE(start + SEQ_AT) * 2 ** 32 + this.#bytes.readUInt32BE(start + SEQ_AT + 4);
  }
}

/** Named by the first sequence inside, so that names sort in the order of their records. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, '0')}.log`;
}

/** The first sequence of a segment file. Undefined for the name of another file. */
export function parseSegmentName(name: string): number | undefined {
  const seq = Number(SEGMENT_NAME.exec(name)?.[1] ?? Number.NaN);
  return seq <= SEQ_MAX ? seq : undefined;
}
