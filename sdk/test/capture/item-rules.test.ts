import { isObject } from '@dataloaf/core/values/parsed';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CASES_NOW_MS, ITEM_CASES, type ItemCase, type Verdict } from '../../../core/test/item-cases.ts';
import type { Draft } from '../../src/types.ts';
import { aClient, NOWHERE, until } from '../tools/test-client.ts';
import {
  captureItem,
  draftOf,
  encodeDraft,
  encodeDraftGenerally,
  parseAtApi,
  type WireItem,
} from '../tools/wire-items.ts';

/** Where the API refuses an item for its attributes, the SDK leaves them out and keeps the item. */
const OF_ATTRIBUTES: ReadonlySet<string> = new Set<Verdict>([
  'attributes_invalid',
  'attribute_name_invalid',
  'string_too_long',
  'number_unsafe',
  'too_many_keys',
  'increment_invalid',
  'item_too_large',
  'body_too_deep',
]);

function expectedOf({ verdict, sdk }: ItemCase): string {
  const decided = sdk?.verdict ?? verdict;
  return OF_ATTRIBUTES.has(decided) ? 'ok' : decided;
}

const verdictOf = (result: string): string => (result.startsWith('{') ? 'ok' : result);
const isDraftable = ({ item }: ItemCase): boolean => typeof item === 'object' && item !== null && !Array.isArray(item);

const PATHS = { 'the encoder': encodeDraft, 'its general path': encodeDraftGenerally };

describe.each(Object.entries(PATHS))('%s', (_, encode) => {
  it.each(ITEM_CASES.filter(isDraftable).map((each) => ({ each, title: each.title, expected: expectedOf(each) })))(
    'decides $title: $expected',
    ({ each, expected }) => {
      const { kind, item } = each;

      const encoded = encode(draftOf(kind, item as WireItem, CASES_NOW_MS), CASES_NOW_MS);

      expect(verdictOf(encoded)).toBe(expected);
      if (expected !== 'ok') return;
      const stored = parseAtApi(kind, JSON.parse(encoded), CASES_NOW_MS);
      expect(stored).toMatch(/^\{/);
      if (each.verdict === 'ok') expect(stored).toBe(parseAtApi(kind, item, CASES_NOW_MS));
    },
  );
});

describe('a whole client', () => {
  it('decides every case as the API does, where the case does not say otherwise', async () => {
    const { client, drops } = aClient({ endpoint: NOWHERE, durability: 'memory' }, { now: () => CASES_NOW_MS });
    const decided: string[] = [];

    for (const { title, kind, item } of ITEM_CASES) {
      const dropsBefore = drops.length;
      const { persisted } = captureItem(client, kind, item);
      if ((await persisted) === 'dropped') await until(() => drops.length > dropsBefore);
      decided.push(`${title}: ${drops[dropsBefore]?.code ?? 'ok'}`);
    }

    expect(decided).toEqual(ITEM_CASES.map((each) => `${each.title}: ${expectedOf(each)}`));
  });
});

const unit = fc.constantFrom('a', 'b', ' ', '\0', '\ud800', '\udc00', '\\', 'N', '"', '\u0001', '\n', 'ä', '漢', '😀');
const nastyText = fc.oneof(
  fc.string({ unit, maxLength: 6 }),
  fc.constantFrom('', '\\N', '\\N ', '__proto__', 'toJSON', 'a '),
  fc.constantFrom(64, 65, 256, 257, 60_000, 60_001).map((length) => 'x'.repeat(length)),
  fc.constantFrom(32, 33, 128, 129).map((length) => 'ä'.repeat(length)),
);
const nastyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 53, 2 ** 53 - 1, 1e15, 1e15 + 1, 1e300, Number.NaN, Number.NEGATIVE_INFINITY, -0),
);
const scalar = fc.oneof(nastyText, nastyNumber, fc.constantFrom(null, true, false));
const digits = (max: number, width: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(width, '0'));
const oddTime = fc
  .tuple(
    fc.oneof(digits(9_999, 4), fc.constantFrom('2024', '2026', '1900')),
    digits(13, 2),
    digits(32, 2),
    fc.constantFrom(
      '',
      'T10:00Z',
      'T24:00:00Z',
      'T10:00:00',
      ' 10:00:00Z',
      'T10:00:00,5Z',
      't10:00:00z',
      'T23:59:59.9-0930',
    ),
  )
  .map(([year, month, day, rest]) => `${year}-${month}-${day}${rest}`);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(nastyText, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const manyNames = fc
  .tuple(fc.constantFrom(254, 255, 256, 998, 999, 1_000), fc.boolean())
  .map(([count, isNested]): unknown => {
    const names = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
    return isNested ? { in: names } : names;
  });
const mostly = (usual: unknown, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
const oddText = fc.oneof(nastyText, fc.constantFrom(1, null, undefined, {}));
/** Numbers are left out: the SDK takes them for milliseconds. */
const oddTimeOrValue = fc.oneof(oddTime, nastyText, fc.constantFrom(null, undefined, {}, true));
const word = fc.constantFrom('a', 'b', 'c', 'a ', '__proto__', 'valueOf');
const attributes = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.oneof(word, nastyText), fc.oneof(scalar, value), { maxKeys: 4, noNullPrototype: true }),
  },
  { weight: 2, arbitrary: fc.dictionary(word, scalar, { noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.oneof(value, manyNames, fc.constant(undefined)) },
);
const increments = fc.dictionary(word, fc.oneof(nastyNumber, scalar), { maxKeys: 2, noNullPrototype: true });

const events = fc.record({
  event_id: mostly('e1', oddText),
  event_name: mostly('paid', oddText),
  user_id: mostly('u1', oddText),
  event_created: mostly('2026-11-22T07:16:03+01:00', oddTimeOrValue),
  event_attributes: attributes,
});
const operation = {
  op_id: mostly('o1', nastyText),
  user_id: mostly('u1', oddText),
  op_at: mostly('2026-11-22T07:16:03+01:00', oddTimeOrValue),
};
const users = fc.record({ ...operation, user_attributes: attributes });
const updates = fc.record({
  ...operation,
  set: mostly({ d: 1 }, attributes),
  unset: mostly(undefined, fc.oneof(fc.array(fc.oneof(word, nastyText)), fc.array(scalar, { maxLength: 2 }), value)),
  increment: mostly(undefined, fc.oneof(increments, attributes)),
});
const items = fc.oneof(
  fc.record({ kind: fc.constant('event' as const), item: events }),
  fc.record({ kind: fc.constant('user' as const), item: users }),
  fc.record({ kind: fc.constant('update' as const), item: updates }),
);

/** An empty change is absent for the SDK; the other deliberate differences are in the case file. */
function atApi(kind: Draft['kind'], item: WireItem): string {
  const isEmpty = (value: unknown): boolean => ['{}', '[]'].includes(JSON.stringify(value));
  const { set, unset, increment } = item;
  const present = {
    ...(set !== undefined && { set: isEmpty(set) && !Array.isArray(set) ? null : set }),
    ...(unset !== undefined && { unset: isEmpty(unset) && Array.isArray(unset) ? null : unset }),
    ...(increment !== undefined && { increment: isEmpty(increment) && !Array.isArray(increment) ? null : increment }),
  };
  return parseAtApi(kind, { ...item, ...present }, CASES_NOW_MS);
}

interface GivenItem {
  readonly kind: Draft['kind'];
  readonly item: WireItem;
}

/** What was kept is stored, and each attribute that the API takes alone was kept, unless there are too many of them. */
function expectOnlyRefusedLost({ kind, item }: GivenItem, stored: string): void {
  const [field, column] =
    kind === 'event' ? ['event_attributes', 'event_attributes'] : [SET_FIELDS[kind], 'set_attributes'];
  const { unset, increment, ...others } = item;
  const alone = parseAtApi(kind, { ...others, [field]: {} }, CASES_NOW_MS);
  // A name twice in one operation is no value that can be left out.
  if (stored === 'attribute_repeated') return;
  // A time or text that is wrong too decides; for an operation, the API reports it first.
  expect(verdictOf(stored)).toBe(verdictOf(alone));
  if (!alone.startsWith('{')) return;
  expect(stored).toMatch(/^\{/);
  const attributes = item[field];
  const given = isObject(attributes) ? Object.entries(attributes) : [];
  const kept = Object.keys(JSON.parse(stored)[column] ?? {});
  expect(given.map(([name]) => name)).toEqual(expect.arrayContaining(kept));
  if (given.length > 250) return;
  const allowed = given.filter(([name, value]) => {
    const one = { ...others, [field]: Object.fromEntries([[name, value]]) };
    return parseAtApi(kind, one, CASES_NOW_MS).startsWith('{');
  });
  const missing = allowed.filter(([name, value]) => value != null && !kept.includes(name));
  expect(missing).toEqual([]);
}

const SET_FIELDS = { user: 'user_attributes', update: 'set' } as const;

describe('random items', () => {
  it('get the verdict of the API on both paths and become the same line, or lose only what the API refuses', () => {
    const verdicts = new Set<string>();

    fc.assert(
      fc.property(items, ({ kind, item }) => {
        const expected = atApi(kind, item);
        const draft = draftOf(kind, item, CASES_NOW_MS);

        for (const encode of Object.values(PATHS)) {
          const encoded = encode(draft, CASES_NOW_MS);
          const stored = encoded.startsWith('{') ? parseAtApi(kind, JSON.parse(encoded), CASES_NOW_MS) : encoded;
          // A name that comes twice, and may not come at all, is left out too.
          const isPruned = expected === 'attribute_repeated' && stored !== expected;
          if (OF_ATTRIBUTES.has(expected) || isPruned) expectOnlyRefusedLost({ kind, item }, stored);
          else expect(stored).toBe(expected);
        }
        verdicts.add(verdictOf(expected));
      }),
      { seed: 41, numRuns: 5_000 },
    );

    // The generators reach what they are for.
    expect(verdicts.size).toBeGreaterThan(12);
  }, 30_000);
});
