import { describe, expect, it } from 'vitest';
import { DEPTH_MAX } from '../../src/limits.ts';
import { parseEvent } from '../../src/values/event.ts';
import { shapeOf } from '../../src/values/json-shape.ts';
import { parseCreate, parseUpdate } from '../../src/values/operation.ts';
import { CASES_NOW_MS, ITEM_CASES, type ItemKind, type Verdict } from '../item-cases.ts';

const PARSERS = { event: parseEvent, user: parseCreate, update: parseUpdate };

function verdictOf(kind: ItemKind, item: unknown): Verdict {
  if (shapeOf(JSON.stringify({ items: [item] })).depth > DEPTH_MAX) return 'body_too_deep';
  const parsed = PARSERS[kind](item, { nowMs: CASES_NOW_MS, newId: () => 'new-id' });
  return parsed.ok ? 'ok' : parsed.code;
}

describe('the API', () => {
  it.each(ITEM_CASES.map(({ title, verdict, kind, item }) => ({ title, verdict, kind, item })))(
    'decides $title: $verdict',
    ({ kind, item, verdict }) => {
      expect(verdictOf(kind, item)).toBe(verdict);
    },
  );

  it('has a case for every code that its parsers return', () => {
    const codes = new Set(ITEM_CASES.map(({ verdict }) => verdict));

    expect([...codes].sort()).toEqual([
      'attribute_name_invalid',
      'attribute_repeated',
      'attributes_invalid',
      'body_too_deep',
      'field_unknown',
      'id_invalid',
      'increment_invalid',
      'item_too_large',
      'name_invalid',
      'not_an_object',
      'number_unsafe',
      'ok',
      'op_id_required',
      'string_too_long',
      'time_in_future',
      'time_invalid',
      'too_many_keys',
      'update_empty',
      'user_id_invalid',
    ]);
  });
});
