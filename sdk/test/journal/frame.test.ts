import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameScanner, parseSegmentName, type ScanStep, segmentName } from '../../src/journal/frame.ts';
import { encodeFrames, type TestRecord } from '../tools/frames.ts';

const item = fc.record({
  kind: fc.constantFrom('event' as const, 'user' as const, 'update' as const),
  value: fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.string({ unit: 'binary' }), fc.integer())),
});

function asRecords(items: readonly { kind: TestRecord['kind']; value: object }[], firstSeq = 1): TestRecord[] {
  return items.map(({ kind, value }, index) => ({ seq: firstSeq + index, kind, json: JSON.stringify(value) }));
}

const someRecords = (count: number): TestRecord[] =>
  asRecords(
    Array.from({ length: count }, (_, index) => ({
      kind: 'event' as const,
      value: { event_id: `id-${String(index).padStart(3, '0')}` },
    })),
  );

function scan(bytes: Buffer): ScanStep[] {
  const scanner = new FrameScanner(bytes);
  const steps: ScanStep[] = [];
  for (let step = scanner.next(); step.kind !== 'end'; step = scanner.next()) steps.push(step);
  return steps;
}

const recordsOf = (steps: readonly ScanStep[]) => steps.filter((step) => step.kind === 'record');

describe('frame', () => {
  it('reads every record as it was written', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), fc.integer({ min: 1, max: 2 ** 50 }), (items, firstSeq) => {
        const records = asRecords(items, firstSeq);

        const bytes = encodeFrames(records);

        const read = recordsOf(scan(bytes)).map(({ seq, itemKind, start, bytes: length }) => {
          return { seq, kind: itemKind, json: bytes.toString('utf8', start, start + length) };
        });
        expect(read).toEqual(records);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('keeps all whole records when the file is cut at any byte', () => {
    const records = someRecords(8);
    const bytes = encodeFrames(records);
    const frameBytes = bytes.length / records.length;

    for (let length = 0; length <= bytes.length; length += 1) {
      const steps = scan(bytes.subarray(0, length));
      const whole = Math.floor(length / frameBytes);
      expect(recordsOf(steps)).toHaveLength(whole);
      expect(steps.some((step) => step.kind === 'bad')).toBe(false);
      expect(steps.some((step) => step.kind === 'torn')).toBe(length % frameBytes !== 0);
    }
  });

  it('loses at most the record with the flipped bit, and reports it, for every bit', () => {
    const records = someRecords(12);
    const bytes = encodeFrames(records);
    const frameBytes = bytes.length / records.length;

    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const hit = Math.floor((bit >> 3) / frameBytes) + 1;
      const steps = scan(damaged);
      const seqs = recordsOf(steps).map((step) => step.seq);
      expect(seqs).toEqual(records.map(({ seq }) => seq).filter((seq) => seq !== hit));
      expect(steps.some((step) => step.kind === 'bad' || step.kind === 'torn')).toBe(true);
    }
  });

  it('finds the records after a hole that was never written', () => {
    const records = someRecords(6);
    const bytes = encodeFrames(records);
    const frameBytes = bytes.length / records.length;
    bytes.fill(0, frameBytes, frameBytes * 3);

    const seqs = recordsOf(scan(bytes)).map((step) => step.seq);

    expect(seqs).toEqual([1, 4, 5, 6]);
  });

  it('names segments so that names sort as sequences do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }), (a, b) => {
        expect(parseSegmentName(segmentName(a))).toBe(a);
        expect(segmentName(a) < segmentName(b)).toBe(a < b);
      }),
      { seed: 2 },
    );
  });
});
