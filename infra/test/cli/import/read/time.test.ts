import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../../src/cli/import/read/time.ts';

const AT = Date.UTC(2026, 10, 22, 6, 16, 3);

describe('parseTime', () => {
  it.each([
    ['2026-11-22T06:16:03Z', AT],
    ['2026-11-22T07:16:03+01:00', AT],
    ['2026-11-22T07:16:03+01', AT],
    ['2026-11-22 06:16:03', AT],
    ['2026-11-22 07:16:03+01', AT],
    ['2026-11-22T06:16:03.123456Z', AT + 123],
    ['2026-11-22', Date.UTC(2026, 10, 22)],
    [String(AT / 1_000), AT],
    [`${AT / 1_000}.5`, AT + 500],
    [String(AT), AT],
    [AT, AT],
    [AT / 1_000, AT],
    ['2026-11-22 06:16:03 UTC', AT],
    ['2026-11-22 06:16:03.000000 UTC', AT],
    ['2026-11-22 07:16:03 +01:00', AT],
    ['2026-11-22 01:16:03 -0500', AT],
    ['2026-11-22T07:16:03 +01', AT],
    ['2026-11-22t06:16:03z', AT],
    ['2026-11-22 06:16:03,250', AT + 250],
    ['2026-11-22 06:16', AT - 3_000],
    ['2026-11-22T07:16:03+01:00[Europe/Berlin]', AT],
    ['2026/11/22 06:16:03', AT],
    ['2026/11/22', Date.UTC(2026, 10, 22)],
    ['2026.11.22 06:16:03', AT],
    ['2026-1-2 6:16:03', Date.UTC(2026, 0, 2, 6, 16, 3)],
    ['2026/11/22 6:16:03 am', AT],
    ['2026-11-22 12:00:00 AM', Date.UTC(2026, 10, 22)],
    ['20261122T061603Z', AT],
    ['20261122061603', AT],
    ['2026-Nov-22 06:16:03', AT],
    ['Sun, 22 Nov 2026 06:16:03 GMT', AT],
    ['22/Nov/2026:07:16:03 +0100', AT],
    ['22-Nov-2026', Date.UTC(2026, 10, 22)],
    ['Nov 22, 2026, 6:16:03 AM', AT],
    ['November 22, 2026 at 6:16:03 PM', AT + 12 * 3_600_000],
    ['Sun Nov 22 2026 07:16:03 GMT+0100 (Central European Standard Time)', AT],
    ['Sun Nov 22 06:16:03 UTC 2026', AT],
    [`${AT}456`, AT],
    [AT * 1_000 + 456, AT],
    [`${AT}999999`, AT],
    [`${AT + 999}999999`, AT + 999],
    [AT * 1_000_000, AT],
  ])('reads %s', (value, ms) => {
    expect(parseTime(value)).toEqual({ ok: true, ms });
  });

  it.each(['', undefined, null, 'yesterday', '2026-02-30', '22/11/2026', '20261122', 12345, 1e14, 1e17, true, {}])(
    'refuses %s, which is not a time or is ambiguous',
    (value) => {
      expect(parseTime(value)).toMatchObject({ ok: false, problem: { code: 'time_invalid' } });
    },
  );

  it.each([
    '1969-12-31',
    '31 Dec 1969 23:59:59 GMT',
    '0001-01-01T00:00:00Z',
    '2201-01-01 00:00',
    '7289654400',
    '7289654400000',
  ])('refuses %s and says which years an event may have', (value) => {
    expect(messageFor(value)).toMatch(/^Expected a time from 1970 to 2200 .* got one of another year\.$/);
  });

  it.each(['1970-01-01', '1970-01-01T00:00:00Z', '1 Jan 1970 00:00 UTC'])('reads %s, the first instant', (value) => {
    expect(parseTime(value)).toEqual({ ok: true, ms: 0 });
  });

  it('reads the last second of 2200', () => {
    expect(parseTime(7_289_654_399)).toEqual({ ok: true, ms: 7_289_654_399_000 });
  });

  it.each(['01/02/2010', '22/11/2026', '1.2.2010 10:00', '01-02-10'])(
    'refuses %s and says what is ambiguous',
    (value) => {
      expect(messageFor(value)).toMatch(/day and month could be swapped.*year first/);
    },
  );

  it.each(['2026-11-22 06:16:03 CST', '2026-11-22 06:16:03 Europe/Berlin'])(
    'refuses %s and asks for the offset',
    (value) => {
      expect(messageFor(value)).toMatch(/time zone by its name.*offset/);
    },
  );

  it.each([
    '2026/02/30',
    '2026-13-01 00:00',
    '2026-11-22 25:00',
    '2026-11-22 13:00 pm',
    '2026-11-22 06:61',
    '31 Feb 2026',
    '2025-02-29 00:00:00 UTC',
    '22 Foo 2026',
    '2026-11-22 06:16:03 +01:75',
  ])('refuses %s, which does not exist', (value) => {
    expect(messageFor(value)).toMatch(/does not exist/);
  });

  it('refuses a long string in little time', () => {
    const startedAt = performance.now();

    expect(messageFor(`${'1 '.repeat(500_000)}`)).toMatch(/a string that is not one/);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

function messageFor(value: string): string {
  const time = parseTime(value);
  return time.ok ? `taken as ${new Date(time.ms).toISOString()}` : time.problem.message;
}
