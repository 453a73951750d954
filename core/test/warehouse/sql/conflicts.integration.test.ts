/** Items with one id: a repeat says the same, and a conflict says something else. Conflicts are kept and counted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counter, type Items, startTestLoads, type TestLoads } from './test-loads.ts';
import { attributesOf, aUser, userOf } from './test-users.ts';

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads();
});
afterAll(() => loads.stop());

const next = counter();
const anEvent = (fields: object = {}) => ({
  event_id: `conflict-${next()}`,
  event_name: 'purchase',
  user_id: 'u',
  event_created: '2026-11-20T10:07:00Z',
  event_attributes: { total: 1 },
  ...fields,
});
const aUpdate = (fields: object = {}) => ({
  op_id: `conflict-${next()}`,
  user_id: aUser(),
  op_at: '2026-11-20T10:07:00Z',
  set: { total: 1 },
  ...fields,
});
const attributesIn = async (table: 'events' | 'event_conflicts', id: string) =>
  (await loads.sql(`SELECT event_attributes FROM dataloaf.${table} WHERE event_id = $1`, [id])).map(
    (row) => row['event_attributes'],
  );
const setsIn = async (table: 'user_ops' | 'op_conflicts', id: string) =>
  (await loads.sql(`SELECT set_attributes FROM dataloaf.${table} WHERE op_id = $1`, [id])).map(
    (row) => row['set_attributes'],
  );

describe('an event with the id of another', () => {
  it.each([
    ['name', { event_name: 'refund' }],
    ['user', { user_id: 'other' }],
    ['attribute', { event_attributes: { total: 100 } }],
    ['nested attribute', { event_attributes: { total: 1, cart: { items: [{ a: 2 }] } } }],
    ['type of an attribute', { event_attributes: { total: '1' } }],
    ['order of a list', { event_attributes: { list: [2, 1] } }, { event_attributes: { list: [1, 2] } }],
  ])('and another %s is a conflict: the one that was loaded first stays', async (_, change, before: object = {}) => {
    const event = anEvent(before);
    await loads.load({ events: [event] });

    const conflict = await loads.load({ events: [{ ...event, ...change }, { ...event, ...change }, event] });
    const again = await loads.load({ events: [{ ...event, ...change }] });

    expect([conflict, again]).toMatchObject([
      { staged_events: 3, new_events: 0, conflicts: 1 },
      { staged_events: 1, new_events: 0, conflicts: 0 },
    ]);
    expect(await loads.sql('SELECT * FROM dataloaf.event_conflicts WHERE event_id = $1', [event.event_id])).toEqual([
      expect.objectContaining({ event_name: 'purchase', user_id: 'u', ...change }),
    ]);
    expect(await attributesIn('events', event.event_id)).toEqual([event.event_attributes]);
  });

  it.each([
    ['another time', { event_created: '2026-11-21' }],
    ['no time', { event_created: undefined }],
    ['its names in another order', { event_attributes: { b: [{ d: 2, c: 1 }], a: 1 } }],
    ['its blanks at the end', { event_name: 'purchase ', user_id: 'u ' }],
    ['a number written otherwise', { event_attributes: JSON.parse('{"a":1.0,"b":[{"c":1e0,"d":2}]}') }],
  ])('and the same content is a repeat: with %s', async (_, fields) => {
    const event = anEvent({ event_attributes: { a: 1, b: [{ c: 1, d: 2 }] } });
    await loads.load({ events: [event] });

    const balance = await loads.load({ events: [{ ...event, ...fields }] });

    expect(balance).toMatchObject({ staged_events: 1, new_events: 0, conflicts: 0 });
  });

  it('in the same load: neither the order of the lines nor their times decide which one stays', async () => {
    const pairs = [
      ['2026-11-20', '2026-11-21', false],
      ['2026-11-20', '2026-11-21', true],
      ['2026-11-21', '2026-11-20', false],
      ['2026-11-21', '2026-11-20', true],
    ] as const;
    const winners: unknown[] = [];

    for (const [one, other, isReversed] of pairs) {
      const event = anEvent();
      const events = [
        { ...event, event_created: one },
        { ...event, event_created: other, event_attributes: { total: 100 } },
      ];
      const balance = await loads.load({ events: isReversed ? events.reverse() : events });
      expect(balance).toMatchObject({ staged_events: 2, new_events: 1, conflicts: 1 });
      winners.push(...(await attributesIn('events', event.event_id)));
    }

    expect(new Set(winners.map((winner) => JSON.stringify(winner))).size).toBe(1);
  });

  it('is kept once for every content', async () => {
    const event = anEvent({ event_id: 'bk_1:01a1fb67-1800-7000-8000-000000000009' });
    const others = [2, 3].map((total) => ({ ...event, event_attributes: { total } }));
    await loads.load({ events: [event] });

    const balance = await loads.load({ events: [...others, ...others] });

    expect(balance).toMatchObject({ staged_events: 4, new_events: 0, conflicts: 2 });
    expect((await attributesIn('event_conflicts', event.event_id)).length).toBe(2);
  });

  it('is a conflict when its attributes are longer than any string of Redshift', async () => {
    const texts = Array(4).fill('x'.repeat(30_000));
    const event = anEvent({ event_attributes: { texts } });
    await loads.load({ events: [event] });

    const balance = await loads.load({ events: [{ ...event, event_attributes: { texts: [...texts, 'y'] } }] });

    expect(balance).toMatchObject({ new_events: 0, conflicts: 1 });
  });
});

describe('a line without a hash, as earlier versions wrote it,', () => {
  const load = (...lines: Items[]) =>
    lines.reduce(
      async (before, items) => {
        await before;
        return loads.load(items);
      },
      Promise.resolve({}) as Promise<object>,
    );
  const old = (event: object) => ({ oldEvents: [event] });
  const fresh = (event: object) => ({ events: [event] });

  it.each([
    ['after one with a hash', fresh, old],
    ['before one with a hash', old, fresh],
    ['after another', old, old],
  ])('conflicts only by name and user: %s', async (_, first, second) => {
    const event = anEvent();
    const balances = [
      await load(first(event), second({ ...event, event_attributes: { total: 2 } })),
      await load(second({ ...event, user_id: 'other' })),
      await load(second({ ...event, user_id: 'other' })),
    ];

    expect(balances).toMatchObject([{ conflicts: 0 }, { conflicts: 1 }, { conflicts: 0 }]);
    expect(await attributesIn('events', event.event_id)).toEqual([{ total: 1 }]);
  });

  it('loses within a load to a line with a hash, and to an earlier line without one', async () => {
    const [event, other] = [anEvent(), anEvent()];
    const early = { event_created: '2026-11-19T10:07:00Z', event_name: 'early' };

    const balance = await loads.load({
      events: [event],
      oldEvents: [{ ...event, ...early }, other, { ...other, ...early }],
    });

    expect(balance).toMatchObject({ staged_events: 4, new_events: 2, conflicts: 2 });
    const named = (id: string) => loads.sql('SELECT event_name FROM dataloaf.events WHERE event_id = $1', [id]);
    expect(await named(event.event_id)).toEqual([{ event_name: 'purchase' }]);
    expect(await named(other.event_id)).toEqual([{ event_name: 'early' }]);
  });

  it('is an operation that conflicts only by its user', async () => {
    const update = aUpdate();
    const row = { op_id: update.op_id, user_id: update.user_id, op_at: '2026-01-01T00:00:00.000Z' };
    const changes = { set_attributes: '{"total":2}', unset_attributes: null, increment_attributes: null };
    await loads.load({ updates: [update] });

    const repeat = await loads.load({ operations: [{ ...row, ...changes }] });
    const conflict = await loads.load({ operations: [{ ...row, ...changes, user_id: aUser() }] });

    expect([repeat, conflict]).toMatchObject([
      { new_ops: 0, op_conflicts: 0 },
      { new_ops: 0, op_conflicts: 1 },
    ]);
  });
});

describe('an operation with the id of another', () => {
  it.each([
    ['set', { set: { total: 2 } }],
    ['unset', { unset: ['plan'] }],
    ['increment', { increment: { n: 1 } }],
  ])('and another %s is a conflict: kept, counted, and never applied', async (_, change) => {
    const update = aUpdate();
    await loads.load({ updates: [update] });

    const conflict = await loads.load({ updates: [{ ...update, ...change }, update] });
    const again = await loads.load({ updates: [{ ...update, ...change }] });

    expect([conflict, again]).toMatchObject([
      { staged_ops: 2, new_ops: 0, op_conflicts: 1 },
      { staged_ops: 1, new_ops: 0, op_conflicts: 0 },
    ]);
    expect(await attributesOf(loads, update.user_id)).toEqual({ total: 1 });
    expect((await setsIn('op_conflicts', update.op_id)).length).toBe(1);
  });

  it.each([
    ['another time', { op_at: '2026-11-21' }],
    ['its names in another order', { set: { b: 2, a: 1 }, unset: ['d', 'c', 'e'] }],
    ['null for what it unsets', { set: { a: 1, b: 2, e: null }, unset: ['c', 'd'] }],
  ])('and the same content is a repeat: with %s', async (_, fields) => {
    const update = aUpdate({ set: { a: 1, b: 2 }, unset: ['c', 'd', 'e'] });
    await loads.load({ updates: [update] });

    const balance = await loads.load({ updates: [{ ...update, ...fields }] });

    expect(balance).toMatchObject({ new_ops: 0, op_conflicts: 0 });
  });

  it('in the same load: neither the order of the lines nor their times decide which one is applied', async () => {
    const winners: unknown[] = [];

    for (const [one, other, isReversed] of [
      ['2026-11-20', '2026-11-21', false],
      ['2026-11-21', '2026-11-20', true],
    ] as const) {
      const update = aUpdate({ user_id: `same-${next()}` });
      const updates = [
        { ...update, op_at: one },
        { ...update, op_at: other, set: { total: 100 } },
      ];
      const balance = await loads.load({ updates: isReversed ? updates.reverse() : updates });
      expect(balance).toMatchObject({ staged_ops: 2, new_ops: 1, op_conflicts: 1 });
      winners.push(await attributesOf(loads, update.user_id));
    }

    expect(winners[0]).toEqual(winners[1]);
  });

  it('of two users in one load is applied to one of them', async () => {
    const update = aUpdate();
    const other = { ...update, user_id: aUser() };

    const balance = await loads.load({ updates: [update, other] });

    expect(balance).toMatchObject({ staged_ops: 2, new_ops: 1, op_conflicts: 1 });
    const users = [await userOf(loads, update.user_id), await userOf(loads, other.user_id)];
    expect(users.filter((row) => row !== undefined).length).toBe(1);
  });

  it('is a conflict in a direct merge too', async () => {
    const update = aUpdate();
    await loads.merge([update]);

    await loads.merge([{ ...update, set: { total: 2 } }]);
    const balance = await loads.load({ updates: [update] });

    expect(balance).toMatchObject({ new_ops: 0, op_conflicts: 0 });
    expect(await setsIn('op_conflicts', update.op_id)).toEqual([{ total: 2 }]);
    expect(await attributesOf(loads, update.user_id)).toEqual({ total: 1 });
  });
});
