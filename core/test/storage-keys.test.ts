import { dataPrefix, firehosePrefix, hourOfKey, hourPrefix, STREAMS } from '@dataloaf/core/storage-keys';
import fc from 'fast-check';
import { expect, it } from 'vitest';

it('reads the hour that a prefix names', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }), (at) => {
      for (const stream of STREAMS) {
        const hour = hourOfKey(`${hourPrefix(stream, at)}x.gz`);

        expect(hour?.getTime()).toBe(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
      }
    }),
    { seed: 1 },
  );
});

it('sorts keys by their hours', () => {
  const hours = [
    '2026-01-01T00:00Z',
    '2026-01-01T09:00Z',
    '2026-01-01T10:00Z',
    '2026-10-01T00:00Z',
    '2027-01-01T00:00Z',
  ];

  const prefixes = hours.map((hour) => hourPrefix('events', new Date(hour)));

  expect([...prefixes].sort()).toEqual(prefixes);
});

it('gives Firehose the same layout that the loader reads', () => {
  const written = firehosePrefix('users')
    .replace('!{timestamp:yyyy-MM-dd}', '2026-11-22')
    .replace('!{timestamp:HH}', '06');

  expect(written).toBe(hourPrefix('users', new Date('2026-11-22T06:59:59Z')));
  expect(written.startsWith(dataPrefix('users'))).toBe(true);
  expect(hourOfKey('data/v1/events/something-else.gz')).toBeUndefined();
});
