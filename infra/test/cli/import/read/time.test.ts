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
  ])('reads %s', (value, ms) => {
    expect(parseTime(value)).toEqual({ ok: true, ms });
  });

  it.each(['', undefined, null, 'yesterday', '2026-02-30', '22/11/2026', '20261122', 12345, 1e15, true, {}])(
    'refuses %s, which is not a time or is ambiguous',
    (value) => {
      expect(parseTime(value)).toMatchObject({ ok: false, problem: { code: 'time_invalid' } });
    },
  );
});
