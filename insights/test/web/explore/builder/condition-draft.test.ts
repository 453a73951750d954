import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../../../src/query/model/attribute.ts';
import { formatFilter } from '../../../../src/query/url/filter.ts';
import {
  draftOf,
  formatValues,
  OPERATORS,
  type Operator,
  readDraft,
  toggleValue,
} from '../../../../src/web/explore/builder/condition-draft.ts';
import { flatten, unflatten } from '../../../../src/web/explore/builder/flat-filter.ts';
import { filter } from '../../../query/tools/queries.ts';

const attribute: Attribute = { of: 'event', path: ['a'], asNumber: false };
const known = (...types: string[]) => ({ key: 'a', types, values: [], isUsable: true });
const read = (operator: Operator, operand: string, types?: string[]): string => {
  const parsed = readDraft({ attribute, operator, operand }, types === undefined ? undefined : known(...types));
  return parsed.ok ? formatFilter(parsed.value) : parsed.reason;
};

describe('what a person types into a condition', () => {
  it.each<[Operator, string, string]>([
    ['is', 'DE, FR', 'event.a is DE, FR'],
    ['is', '404', 'event.a is 404'],
    ['is', '"404"', 'event.a is "404"'],
    ['is', 'New York', 'event.a is "New York"'],
    ['is not', 'true', 'event.a is not true'],
    ['contains', '@example.com', 'event.a contains "@example.com"'],
    ['contains', '404', 'event.a contains "404"'],
    ['not contains', 'bot', 'not event.a contains bot'],
    ['starts with', '/images/', 'event.a starts with "/images/"'],
    ['>=', '10', 'event.a >= 10'],
    ['between', '1 and 5', 'event.a between 1 and 5'],
    ['is set', 'ignored', 'event.a is set'],
    ['is not set', '', 'event.a is not set'],
  ])('%s %s means %s', (operator, operand, expected) => {
    expect(read(operator, operand)).toBe(expected);
  });

  it('is text when all known values are', () => {
    expect(read('is', '404', ['string'])).toBe('event.a is "404"');
    expect(read('is', '404', ['string', 'number'])).toBe('event.a is 404');
  });

  it.each<[Operator, string]>([
    ['>', 'many'],
    ['between', '1'],
    ['is', ''],
  ])('%s %s is refused with the reason', (operator, operand) => {
    expect(read(operator, operand)).toMatch(/^In "filter": Expected/);
  });

  it('begins with the condition that is edited', () => {
    fc.assert(
      fc.property(filter(), (any) => {
        for (const one of flatten(any)?.conditions ?? []) {
          const draft = draftOf(one);
          if (draft === undefined) continue;
          const isExpressible = !one.isNegated || ['is', 'is_set', 'contains'].includes(one.condition.kind);
          const isPlain = one.condition.kind !== 'contains' && one.condition.kind !== 'starts_with';
          if (!isExpressible || !isPlain) continue;

          expect(readDraft(draft)).toEqual({ ok: true, value: unflatten({ join: 'and', conditions: [one] }) });
        }
      }),
      { seed: 20261125 },
    );
  });
});

describe('the operators', () => {
  it('are all read', () => {
    for (const operator of Object.keys(OPERATORS) as Operator[]) {
      expect(read(operator, operator === 'between' ? '1 and 2' : '1')).toMatch(/event\.a/);
    }
  });
});

describe('a list of values', () => {
  it('gains a value by a click, and loses it by the next', () => {
    expect(toggleValue('', 'DE')).toBe('DE');
    expect(toggleValue('DE', 5)).toBe('DE, 5');
    expect(toggleValue('DE, 5', 'DE')).toBe('5');
    expect(formatValues(['a, b', true])).toBe('"a, b", true');
  });
});

describe('a filter as a list', () => {
  it('is the same filter again, or is edited as text', () => {
    fc.assert(
      fc.property(filter(), (any) => {
        const flat = flatten(any);
        if (flat !== undefined) expect(unflatten(flat)).toEqual(any);
      }),
      { seed: 20261125 },
    );
  });
});
