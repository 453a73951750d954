/**
 * UUIDv7 (RFC 9562), strictly increasing within one process: 48 bits of milliseconds, then 74 bits that are random for
 * the first id of a millisecond and count up from there ("monotonic random", section 6.2). Two processes produce the same
 * id only when their random starts fall within each other's count: a chance of about one in 2^60. Ids of one millisecond
 * differ only in their last digits, so a batch of them compresses to almost nothing. When the clock steps back, the
 * generator keeps the last millisecond and continues to count.
 */
import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;
/** Random bytes of one millisecond: 12 and 30 bits that stay fixed, and 31 bits at which the count starts. */
const SEED_BYTES = 10;
const COUNT_MAX = 0xffff_ffff;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export interface IdGenerator {
  /** A new id; `nowMs` is the wall clock in milliseconds. */
  next(nowMs: number): string;
}

export function createIdGenerator(): IdGenerator {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let poolAt = POOL_BYTES;
  let lastMs = 0;
  /** `count` is the low 32 bits of the id; `head` is the text before them, `start` the text before their last byte. */
  let count = 0;
  let head = '';
  let start = '';

  const begin = (ms: number): void => {
    if (poolAt + SEED_BYTES > POOL_BYTES) {
      randomFillSync(pool);
      poolAt = 0;
    }
    lastMs = ms;
    head = headOf(ms, pool.subarray(poolAt, poolAt + SEED_BYTES));
    // The top bit starts at 0, which leaves room for at least 2^31 ids in one millisecond.
    count = pool.readUInt32BE(poolAt + 6) >>> 1;
    start = head + startOf(count);
    poolAt += SEED_BYTES;
  };

  return {
    next(nowMs) {
      if (nowMs > lastMs) begin(nowMs);
      else if (count === COUNT_MAX) begin(lastMs + 1);
      else {
        count += 1;
        if ((count & 0xff) === 0) start = head + startOf(count);
      }
      return start + HEX[count & 0xff];
    },
  };
}

/** True for a UUID of any version in the canonical lower-case form. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

function headOf(ms: number, random: Buffer): string {
  const time = ms.toString(16).padStart(12, '0');
  const a = (random.readUInt16BE(0) & 0xfff).toString(16).padStart(3, '0');
  const b = ((random.readUInt32BE(2) & 0x3fff_ffff) | 0x8000_0000) >>> 0;
  const high = b.toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${high.slice(0, 4)}-${high.slice(4)}`;
}

/** All digits of the count except the last two. */
function startOf(count: number): string {
  return (count >>> 8).toString(16).padStart(6, '0');
}
