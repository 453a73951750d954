/** The negative controls of the judge: whatever a chaos run is to find is planted here, and it must turn red. */
import { describe, expect, it } from 'vitest';
import { type ChaosOperation, itemOf, keyOf } from './items.ts';
import { isClean, judge, type Stored, type StoredEvent, type StoredUser } from './oracle.ts';

const ITEMS = 60;
const ids = Array.from({ length: ITEMS }, (_, number) => ({ source: 'test', number }));
const acknowledged = new Set(ids.map(keyOf));

function eventRows(): readonly StoredEvent[] {
  return ids.flatMap((id) => {
    const item = itemOf(id);
    return item.kind === 'event' ? [{ id: keyOf(id), ...item }] : [];
  });
}

const operations = (): readonly ChaosOperation[] => ids.map(itemOf).filter((item) => item.kind !== 'event');

/** Computed the other way round than in the judge: for each attribute, the last operation that names it. */
function userRows(): readonly StoredUser[] {
  const users = [...new Set(ids.map((id) => itemOf(id).user))];
  return users.map((user) => {
    const own = operations()
      .filter((operation) => operation.user === user)
      .sort((a, b) => Number(a.at) - Number(b.at));
    const names = new Set(
      own.flatMap(({ set, unset, increment }) => [...Object.keys({ ...set, ...increment }), ...unset]),
    );
    const document = [...names].flatMap((name): [string, unknown][] => {
      const sum = own.map(({ increment }) => increment[name] ?? 0).reduce((a, b) => a + b, 0);
      if (!name.startsWith('slot_')) return [[name, sum]];
      const last = own.findLast(({ set, unset }) => name in set || unset.includes(name));
      return last === undefined || last.unset.includes(name) ? [] : [[name, last.set[name]]];
    });
    return { user, document: Object.fromEntries(document), isTruncated: false };
  });
}

const right = (): Stored => ({ events: eventRows(), operations: operations(), users: userRows() });

describe('the judge', () => {
  it('finds nothing when every item is stored once', () => {
    const verdict = judge(acknowledged, right());

    expect(verdict).toEqual({ lost: [], doubled: [], changed: [], wrongUsers: [] });
    expect(isClean(verdict)).toBe(true);
  });

  it('accepts an item that was sent, stored and not acknowledged', () => {
    expect(isClean(judge(new Set(), right()))).toBe(true);
  });

  it('reports an acknowledged event that is not stored as lost', () => {
    const { events, ...rest } = right();

    const verdict = judge(acknowledged, { ...rest, events: events.slice(1) });

    expect(verdict.lost).toEqual([events[0]?.id]);
    expect(isClean(verdict)).toBe(false);
  });

  it('reports an acknowledged operation that is not stored as lost, and the document that was made from it', () => {
    const { operations: all, ...rest } = right();
    const [first] = all;

    const verdict = judge(acknowledged, { ...rest, operations: all.slice(1) });

    expect(verdict.lost).toEqual([first?.id]);
    expect(verdict.wrongUsers).toEqual([first?.user]);
  });

  it.each(['the same id', 'an id of its own'])(
    'reports an event that is stored twice, the second time with %s',
    (which) => {
      const { events, ...rest } = right();
      const [first] = events;
      const again = { ...first, id: which === 'the same id' ? first?.id : 'another' } as StoredEvent;

      const { doubled } = judge(acknowledged, { ...rest, events: [...events, again] });

      expect(doubled).toContain(first?.id);
    },
  );

  it('reports an operation that is stored twice', () => {
    const { operations: all, ...rest } = right();

    expect(judge(acknowledged, { ...rest, operations: [...all, ...all.slice(0, 1)] }).doubled).toEqual([all[0]?.id]);
  });

  it('reports an event whose content is not what was sent', () => {
    const { events, ...rest } = right();
    const [first] = events;
    const changed = { ...first, attributes: { ...first?.attributes, text: 'other' } } as StoredEvent;

    expect(judge(acknowledged, { ...rest, events: [changed, ...events.slice(1)] }).changed).toEqual([
      `event ${first?.id}`,
    ]);
  });

  it.each([
    [
      'an increment that counted twice',
      (document: Record<string, unknown>) => ({ ...document, total: Number(document['total']) + 1 }),
    ],
    ['an attribute of an earlier update', (document: Record<string, unknown>) => ({ ...document, slot_0: 'stale' })],
    ['nothing', () => ({})],
  ])('reports a document with %s', (_, spoil) => {
    const { users, ...rest } = right();
    const [first] = users;
    const spoilt = { ...first, document: spoil({ ...first?.document }) } as StoredUser;

    expect(judge(acknowledged, { ...rest, users: [spoilt, ...users.slice(1)] }).wrongUsers).toEqual([first?.user]);
  });

  it('reports a user without a row, with two rows, and one whom nobody mentioned', () => {
    const { users, ...rest } = right();
    const [first, second] = users;
    const stranger = { user: 'stranger', document: {}, isTruncated: false };
    const planted = [...users.slice(1), second as StoredUser, stranger];

    expect(judge(acknowledged, { ...rest, users: planted }).wrongUsers).toEqual([
      first?.user,
      'stranger',
      second?.user,
    ]);
  });
});
