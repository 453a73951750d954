import { beforeAll, describe, expect, it } from 'vitest';
import { report, Tally } from '../../../tools/reporters/fault-table.ts';
import { runDamage } from '../tools/damage-run.ts';
import { type Frame, framesOf, scan } from '../tools/journal-bytes.ts';
import { LONG_MS, sized } from '../tools/scale.ts';

const SEGMENT_BYTES = 16_384;
const ITEMS = 70;

let segment: Buffer;
let frames: readonly Frame[];
beforeAll(async () => {
  let written: Buffer = Buffer.alloc(0);
  await runDamage({ items: ITEMS, damage: (bytes) => (written = bytes) });
  // Whole frames; the last one ends beyond 16 KiB.
  frames = framesOf(written).filter(({ start }) => start < SEGMENT_BYTES);
  segment = written.subarray(0, frames.at(-1)?.end);
});

const textsBut = (hit: number): readonly string[] =>
  frames.filter((_, index) => index !== hit).map(({ start, end }) => segment.toString('utf8', start + 17, end));
const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index]);

function flipped(bytes: Buffer, bit: number): Buffer {
  const at = bit >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
  return bytes;
}

describe('damage of a segment of 16 KiB', () => {
  it(
    'costs only the record that it hits, for every bit',
    (context) => {
      const bytes = Buffer.from(segment);
      const wrong: object[] = [];

      for (const [hit, { start, end }] of frames.entries()) {
        const others = textsBut(hit);
        for (let bit = start * 8; bit < end * 8; bit += 1) {
          const { texts, hasDamage } = scan(flipped(bytes, bit));
          if (!isEqual(texts, others) || !hasDamage) wrong.push({ bit, hit, found: texts.length, hasDamage });
          flipped(bytes, bit);
        }
      }

      expect(segment.length).toBeGreaterThanOrEqual(SEGMENT_BYTES);
      const tally = new Tally();
      tally.fault('bit flip', segment.length * 8);
      report(context, tally.counts());
      expect(wrong.slice(0, 3)).toEqual([]);
    },
    LONG_MS,
  );

  it('keeps all whole records before a cut, for every cut', (context) => {
    const wrong: object[] = [];
    const all = textsBut(-1);

    for (let length = 0; length <= segment.length; length += 1) {
      const whole = frames.filter(({ end }) => end <= length).length;
      const isTorn = length !== (frames[whole - 1]?.end ?? 0);
      const { texts, hasDamage } = scan(segment.subarray(0, length));
      if (!isEqual(texts, all.slice(0, whole)) || hasDamage !== isTorn)
        wrong.push({ length, whole, found: texts.length });
    }

    const tally = new Tally();
    tally.fault('cut segment', segment.length);
    report(context, tally.counts());
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('is reported and set aside by the next process, which delivers everything else', {
    timeout: LONG_MS,
  }, async (context) => {
    const wrong: object[] = [];
    const tally = new Tally();
    // A prime step, so that the sample covers every bit of every field.
    for (let bit = 0; bit < segment.length * 8; bit += sized({ short: 10_007, ci: 1_009, long: 7 })) {
      const result = await runDamage({ items: ITEMS, damage: (bytes) => flipped(bytes, bit) });
      const { missing, changed, reported, quarantined, leftovers } = result;
      tally.fault('bit flip, reopened');
      const isSeen = quarantined > 0 && reported === 1;
      if (missing.length !== 1 || !isSeen || changed.length > 0 || leftovers.length > 0) wrong.push({ bit, ...result });
    }

    report(context, tally.counts());
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it(
    'at its end is set aside by the next process, which delivers every whole record',
    async () => {
      for (let length = 0; length < segment.length; length += sized({ short: 499, ci: 499, long: 7 })) {
        const whole = frames.filter(({ end }) => end <= length).length;

        const result = await runDamage({ items: ITEMS, damage: (bytes) => bytes.subarray(0, length) });

        const missing = Array.from({ length: ITEMS - whole }, (_, index) => whole + index + 1);
        expect(result).toMatchObject({ missing, changed: [], leftovers: [] });
        expect(result.quarantined).toBe(length - (frames[whole - 1]?.end ?? 0));
      }
    },
    LONG_MS,
  );
});
