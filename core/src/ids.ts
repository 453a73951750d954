/**
 * UUIDv7 (RFC 9562) whose order never goes back within one process: 48 bits of milliseconds, then 74 bits that are random
 * for the first id of a millisecond and count up from there ("monotonic random", section 6.2). Two processes meet in one
 * id only when their random starts lie within each other's count: about one chance in 2^60. Ids of one millisecond differ
 * in their last digits alone, so a batch of them compresses to almost nothing. A clock that steps back does not: the last
 * millisecond is kept and the count goes on.
 */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;
/** Random bytes of one millisecond: 12 and 30 bits that stay, 31 from which it counts. */
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
  /** The low 32 bits, and the text of all that stands before them or before their last byte. */
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
    // The top bit stays free, so that at least 2^31 ids of one millisecond follow in order.
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

/** Whether the text is a UUID in its canonical lower-case form, of any version. */
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

/** All digits of the count but the last two. */
function startOf(count: number): string {
  return (count >>> 8).toString(16).padStart(6, '0');
}
