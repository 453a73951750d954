/**
 * Segments as bytes, in the format of sdk/src/journal/frame.ts and read by the product's scanner. The only file of
 * these tests that knows either.
 */
import { crc32 } from 'node:zlib';
import { FrameScanner } from '../../src/journal/frame.ts';

const HEADER_BYTES = 17;
const CHECKED_FROM = 8;

export interface Frame {
  readonly start: number;
  readonly end: number;
}

export interface Scanned {
  /** The payloads of the valid records, in order. */
  readonly texts: readonly string[];
  /** Whether there are bytes that are not a record. */
  readonly hasDamage: boolean;
}

export function scan(bytes: Buffer): Scanned {
  const scanner = new FrameScanner(bytes);
  const texts: string[] = [];
  let hasDamage = false;
  for (let step = scanner.next(); step.kind !== 'end'; step = scanner.next()) {
    if (step.kind === 'record') texts.push(bytes.toString('utf8', step.start, step.start + step.bytes));
    else hasDamage = true;
    if (step.kind === 'torn') break;
  }
  return { texts, hasDamage };
}

/** The frames of an undamaged segment. */
export function framesOf(bytes: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + HEADER_BYTES + bytes.readUInt32BE(start);
    frames.push({ start, end });
    start = end;
  }
  return frames;
}

/**
 * The same bytes with checksums that match the content of the frames: what a reader without checks would accept.
 */
export function mended(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (const { start, end } of framesOf(copy)) {
    if (end <= copy.length) copy.writeUInt32BE(crc32(copy.subarray(start + CHECKED_FROM, end)), start + 4);
  }
  return copy;
}
