import { describe, expect, it } from 'vitest';
import { restamp } from '../../src/delivery/restamp.ts';
import { type JournalItem, textOf } from '../../src/journal/record.ts';
import type { ItemKind } from '../../src/types.ts';

const HOUR_MS = 3_600_000;
const DATE_MS = Date.parse('2026-11-22T10:00:00Z');
const TEXT = '"event_created":"2020-01-01T00:00:00.000Z"';

function anItem(stampMs: number, kind: ItemKind = 'event'): JournalItem {
  const name = JSON.stringify(TEXT);
  const stamp = new Date(stampMs).toISOString();
  const source = Buffer.from(
    `{"event_id":${name},"user_id":"ü","event_created":"${stamp}","event_attributes":{"a":${name}}}`,
  );
  return { kind, source, start: 0, bytes: source.length };
}

const restamped = (stampMs: number, aheadMs: number): string | undefined => {
  const item = restamp(anItem(stampMs), { dateMs: DATE_MS, aheadMs });
  return item && textOf(item);
};

describe('restamp', () => {
  it('takes the error of the clock from the time of an event, and changes nothing else', () => {
    const stampMs = DATE_MS + 25 * HOUR_MS - 5_000;

    const text = restamped(stampMs, 25 * HOUR_MS);

    expect(text).toBe(textOf(anItem(DATE_MS - 5_000)));
  });

  it.each([0, -25 * HOUR_MS, HOUR_MS])(
    'never leaves an event in the future, when our clock is %i ms ahead',
    (aheadMs) => {
      expect(restamped(DATE_MS + 25 * HOUR_MS, aheadMs)).toBe(textOf(anItem(DATE_MS)));
    },
  );

  it('leaves an event alone that is not too far ahead of the answer, so that no event is corrected for ever', () => {
    expect(restamped(DATE_MS + 23 * HOUR_MS, 25 * HOUR_MS)).toBeUndefined();
    expect(restamped(DATE_MS, 25 * HOUR_MS)).toBeUndefined();
  });

  it('corrects events only, because the API never takes an operation for a later one', () => {
    const clock = { dateMs: DATE_MS, aheadMs: 0 };

    expect(restamp(anItem(DATE_MS + 25 * HOUR_MS, 'update'), clock)).toBeUndefined();
  });
});
