import { PUT_BYTES_MAX, RECORD_BYTES_TARGET, RECORDS_PER_PUT_MAX } from '@dataloaf/core/limits';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupRecords, packRecords } from '../../src/firehose/pack-records.ts';

const lines = fc.array(
  fc.integer({ min: 1, max: 12_000 }).map((length) => `${'ä'.repeat(length)}\n`),
  { maxLength: 600 },
);

it('keeps every line whole, once and in order, towards 5 KB a record', () => {
  fc.assert(
    fc.property(lines, (input) => {
      const records = packRecords(input);

      expect(Buffer.concat(records.map((record) => record.data)).toString()).toBe(input.join(''));
      expect(records.flatMap((record) => record.indexes)).toEqual(input.map((_, index) => index));
      for (const { data, indexes } of records)
        expect(data.length <= RECORD_BYTES_TARGET || indexes.length === 1).toBe(true);
    }),
    { seed: 1, numRuns: 50 },
  );
});

it('groups records within what one call takes', () => {
  const records = packRecords(Array.from({ length: 1_200 }, () => `${'x'.repeat(9_000)}\n`));

  const groups = groupRecords(records);

  expect(groups.flat()).toEqual(records);
  for (const group of groups) {
    expect(group.length).toBeLessThanOrEqual(RECORDS_PER_PUT_MAX);
    expect(group.reduce((sum, record) => sum + record.data.length, 0)).toBeLessThanOrEqual(PUT_BYTES_MAX);
  }
});
