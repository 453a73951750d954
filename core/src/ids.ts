/**
 * UUIDv7 (RFC 9562) whose order never goes back within one process: 48 bits of milliseconds, a 12-bit counter that
 * starts at random in each millisecond, 62 random bits. A clock that steps back does not: the last millisecond is kept
 * and the counter goes on, and when the counter is full the millisecond is advanced by one.
 */
import { randomFillSync } from 'node:crypto';

const COUNTER_MAX = 0xfff;
const POOL_BYTES = 4_096;
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
  let counter = 0;

  const refill = (): void => {
    if (poolAt + 10 <= POOL_BYTES) return;
    randomFillSync(pool);
    poolAt = 0;
  };

  return {
    next(nowMs) {
      refill();
      if (nowMs > lastMs) {
        lastMs = nowMs;
        // The top bit stays free, so that at least 2,048 ids of one millisecond follow in order.
        counter = pool.readUInt16BE(poolAt) & 0x7ff;
      } else {
        counter += 1;
        if (counter > COUNTER_MAX) {
          lastMs += 1;
          counter = 0;
        }
      }
      const id = format(lastMs, counter, pool.subarray(poolAt + 2, poolAt + 10));
      poolAt += 10;
      return id;
    },
  };
}

/** Whether the text is a UUID in its canonical lower-case form, of any version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

const hex = (byte: number | undefined): string => HEX[(byte ?? 0) & 0xff] ?? '00';

function format(ms: number, counter: number, random: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0');
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-` +
    `${hex(((random[0] ?? 0) & 0x3f) | 0x80)}${hex(random[1])}-` +
    `${hex(random[2])}${hex(random[3])}${hex(random[4])}${hex(random[5])}${hex(random[6])}${hex(random[7])}`
  );
}
