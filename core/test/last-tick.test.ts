import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLastTick, parseLastTick } from '../src/last-tick.ts';

const AT = '2026-11-22T06:30:00.000Z';
const FIELDS = { checked_at: AT, complete_to: '2026-11-22T06:29:00.000Z', load_id: 7, parked: 1, late: 2 };

describe('parseLastTick', () => {
  it('reads what the loader writes', () => {
    expect(parseLastTick(JSON.stringify(FIELDS))).toEqual({
      kind: 'tick',
      tick: {
        checkedAt: new Date(AT),
        completeTo: new Date('2026-11-22T06:29:00.000Z'),
        loadId: 7,
        parked: 1,
        late: 2,
      },
    });
  });

  it('counts no late object when an earlier version wrote it', () => {
    const { late: _, ...earlier } = FIELDS;

    expect(parseLastTick(JSON.stringify(earlier))).toMatchObject({ tick: { late: 0 } });
  });

  it('knows that nothing may be loaded yet', () => {
    const text = JSON.stringify({ ...FIELDS, complete_to: null, load_id: null });

    expect(parseLastTick(text)).toMatchObject({ tick: { completeTo: undefined, loadId: undefined } });
  });

  it('knows that no tick may have run since the tables were created', () => {
    expect(parseLastTick('null')).toEqual({ kind: 'none' });
  });

  it.each([
    ['an empty object in S3', '', 'JSON'],
    ['half of the JSON', JSON.stringify(FIELDS).slice(0, 30), 'JSON'],
    ['a number', '7', 'an object'],
    ['a list', '[]', 'an object'],
    ['nothing', '{}', 'checked_at'],
    ['no time of the check', JSON.stringify({ ...FIELDS, checked_at: 'soon' }), 'checked_at'],
    ['no instant of completeness', JSON.stringify({ ...FIELDS, complete_to: 'soon' }), 'complete_to'],
    ['a load id that is a string', JSON.stringify({ ...FIELDS, load_id: '7' }), 'load_id'],
    ['a count of late objects that is a string', JSON.stringify({ ...FIELDS, late: '1' }), 'late'],
    ['no count of parked objects', JSON.stringify({ ...FIELDS, parked: undefined }), 'parked'],
  ])('names the field when it finds %s', (_, text, field) => {
    expect(parseLastTick(text)).toEqual({
      kind: 'unreadable',
      reason: `Expected ${field} in the loader's last-tick.json, got something else.`,
    });
  });
});

it('a last tick is read as it was written', () => {
  const aDate = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  const aTick = fc.record({
    checkedAt: aDate,
    completeTo: fc.option(aDate, { nil: undefined }),
    loadId: fc.option(fc.nat(), { nil: undefined }),
    parked: fc.nat(),
    late: fc.nat(),
  });

  fc.assert(
    fc.property(aTick, (tick) => {
      expect(parseLastTick(formatLastTick(tick))).toEqual({ kind: 'tick', tick });
    }),
    { seed: 1 },
  );
});
