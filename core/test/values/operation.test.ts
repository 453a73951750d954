import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../src/values/event.ts';
import { parseCreate, parseUpdate } from '../../src/values/operation.ts';
import type { Parsed } from '../../src/values/parsed.ts';

const ARRIVAL: Arrival = { nowMs: Date.parse('2026-11-22T06:16:03.123Z'), newId: () => 'made-up' };
const rowOf = (parsed: Parsed<{ line: string }>): unknown => (parsed.ok ? JSON.parse(parsed.value.line) : parsed.code);

describe('a create', () => {
  it('is a set of all that it mentions, and null unsets', () => {
    const row = rowOf(
      parseCreate(
        { op_id: 'o1', user_id: 'u1', op_at: '2021-01-01', user_attributes: { plan: 'pro', city: null } },
        ARRIVAL,
      ),
    );

    expect(row).toEqual({
      op_id: 'o1',
      user_id: 'u1',
      op_at: '2021-01-01T00:00:00.000Z',
      set_attributes: { plan: 'pro' },
      unset_attributes: { city: true },
      content_hash: expect.any(String),
    });
  });

  it('may mention nothing', () => {
    expect(rowOf(parseCreate({ user_id: 'u1' }, ARRIVAL))).toEqual({
      op_id: 'made-up',
      user_id: 'u1',
      op_at: '2026-11-22T06:16:03.123Z',
      content_hash: expect.any(String),
    });
  });
});

describe('an update', () => {
  it('sets, unsets and increments', () => {
    const item = {
      op_id: 'o1',
      user_id: 'u1',
      set: { plan: 'pro' },
      unset: ['city'],
      increment: { logins: 0.5 },
    };

    expect(rowOf(parseUpdate(item, ARRIVAL))).toEqual({
      op_id: 'o1',
      user_id: 'u1',
      op_at: '2026-11-22T06:16:03.123Z',
      set_attributes: { plan: 'pro' },
      unset_attributes: { city: true },
      increment_attributes: { logins: 0.5 },
      content_hash: expect.any(String),
    });
  });

  it('of the future is lowered to its arrival', () => {
    const row = rowOf(parseUpdate({ user_id: 'u1', op_at: '2030-01-01', set: { a: 1 } }, ARRIVAL));

    expect(row).toMatchObject({ op_at: '2026-11-22T06:16:03.123Z' });
  });

  it('keeps an attribute called __proto__', () => {
    const parsed = parseUpdate(JSON.parse('{"user_id":"u1","set":{"__proto__":1}}'), ARRIVAL);

    expect(parsed.ok && parsed.value.line).toContain('"set_attributes":{"__proto__":1}');
  });

  it.each([
    ['nothing to change', { user_id: 'u1' }, 'update_empty'],
    ['an increment without op_id', { user_id: 'u1', increment: { a: 1 } }, 'op_id_required'],
    ['an increment and an op_id that is null', { op_id: null, user_id: 'u1', increment: { a: 1 } }, 'op_id_required'],
    ['unset that names an attribute twice', { user_id: 'u1', unset: ['a', 'a'] }, 'attribute_repeated'],
    ['600,000 names to unset', { user_id: 'u1', unset: Array(600_000).fill('a') }, 'too_many_keys'],
    ['a name with a trailing blank', { user_id: 'u1', set: { 'a ': 1 } }, 'attribute_name_invalid'],
    [
      'a name with NUL next to the same name without it',
      { user_id: 'u1', set: { 'a\0': 1 }, unset: ['a'] },
      'attribute_name_invalid',
    ],
    ['an increment by a string', { op_id: 'o', user_id: 'u1', increment: { a: '1' } }, 'increment_invalid'],
    ['an increment that is too large', { op_id: 'o', user_id: 'u1', increment: { a: 2e15 } }, 'increment_invalid'],
    ['an attribute set and unset', { user_id: 'u1', set: { a: 1 }, unset: ['a'] }, 'attribute_repeated'],
    [
      'an attribute set and incremented',
      { op_id: 'o', user_id: 'u1', set: { a: 1 }, increment: { a: 1 } },
      'attribute_repeated',
    ],
    ['unset that is an object', { user_id: 'u1', unset: { a: 1 } }, 'attributes_invalid'],
    ['the fields of a create', { user_id: 'u1', user_attributes: {} }, 'field_unknown'],
    ['no user', { set: { a: 1 } }, 'user_id_invalid'],
  ])('with %s is %3$s', (_, item, expected) => {
    expect(rowOf(parseUpdate(item, ARRIVAL))).toBe(expected);
  });
});
