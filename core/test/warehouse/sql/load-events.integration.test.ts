/** The events half of a load: every event once, whatever is repeated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counter, startTestLoads, type TestLoads } from './test-loads.ts';

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads();
});
afterAll(() => loads.stop());

const next = counter();
const anEvent = (fields: object = {}) => ({
  event_id: `event-${next()}`,
  event_name: 'purchase',
  user_id: 'u',
  event_created: '2026-11-20T10:07:00Z',
  ...fields,
});
const rowsOf = (table: 'events' | 'event_keys' | 'event_conflicts', id: string) =>
  loads.sql(`SELECT * FROM dataloaf.${table} WHERE event_id = $1`, [id]);

describe('an event', () => {
  it('is stored with its attributes and the load that brought it', async () => {
    const event = anEvent({ event_attributes: { price: 1.5, tags: ['a', null] } });

    const { load_id } = await loads.load({ events: [event] });

    expect(await rowsOf('events', event.event_id)).toEqual([
      expect.objectContaining({
        event_name: 'purchase',
        user_id: 'u',
        event_attributes: { price: 1.5, tags: ['a', null] },
        load_id: String(load_id),
      }),
    ]);
  });

  it('that is repeated within a load is stored once, as the earliest', async () => {
    const event = anEvent();

    const balance = await loads.load({
      events: [{ ...event, event_created: '2026-11-20T10:08:00Z' }, event, event],
    });

    expect(balance).toMatchObject({ staged_events: 3, new_events: 1, conflicts: 0 });
    const [row, ...others] = await loads.sql('SELECT event_created::text FROM dataloaf.events WHERE event_id = $1', [
      event.event_id,
    ]);
    expect([row, others]).toEqual([{ event_created: '2026-11-20 10:07:00' }, []]);
  });

  it('that is repeated in a later load is not stored again, and is no conflict', async () => {
    const event = anEvent();
    await loads.load({ events: [event] });

    const balance = await loads.load({ events: [event, { ...event, event_created: '2026-11-20T11:07:00Z' }] });

    expect(balance).toMatchObject({ staged_events: 2, new_events: 0, conflicts: 0 });
    expect((await rowsOf('events', event.event_id)).length).toBe(1);
    expect((await rowsOf('event_keys', event.event_id)).length).toBe(1);
  });

  it.each([
    ['name', { event_name: 'refund' }],
    ['user', { user_id: 'other' }],
  ])('whose id belongs to an event with another %s is a conflict: kept once, counted', async (_, fields) => {
    const event = anEvent();
    await loads.load({ events: [event] });

    const conflict = await loads.load({ events: [{ ...event, ...fields }, { ...event, ...fields }, event] });
    const again = await loads.load({ events: [{ ...event, ...fields }] });

    expect([conflict, again]).toMatchObject([
      { staged_events: 3, new_events: 0, conflicts: 1 },
      { staged_events: 1, new_events: 0, conflicts: 0 },
    ]);
    expect(await rowsOf('event_conflicts', event.event_id)).toEqual([expect.objectContaining(fields)]);
    expect((await rowsOf('events', event.event_id)).length).toBe(1);
  });

  const midnight = Date.parse('2026-11-21T00:00:00Z');
  const uuid = (ms: number, version = 7): string =>
    `${ms
      .toString(16)
      .padStart(12, '0')
      .replace(/(.{8})(.{4})/, '$1-$2')}-${version}000-8000-000000000001`;
  it.each([
    ['the first millisecond of a day in a UUIDv7', uuid(midnight), midnight / 86_400_000],
    ['the last one before', uuid(midnight - 1), midnight / 86_400_000 - 1],
    ['a UUIDv7 after the id of a browser key', `bk_1:${uuid(midnight + 1)}`, midnight / 86_400_000],
    ['a UUIDv4', uuid(midnight, 4), -1],
    ['any other id', 'order-1', -1],
  ])('is indexed under the day of its id: %s', async (_, id, day) => {
    await loads.load({ events: [anEvent({ event_id: id })] });

    expect(await rowsOf('event_keys', id)).toMatchObject([{ id_day: day, event_id: id }]);
  });
});

describe('the users of events', () => {
  const userOf = async (user: string) =>
    loads.sql(
      'SELECT user_attributes, first_seen::text, updated_at, attributes_truncated FROM dataloaf.users WHERE user_id = $1',
      [user],
    );

  it('are created without attributes, first seen at their earliest event', async () => {
    await loads.load({
      events: [
        anEvent({ user_id: 'seen', event_created: '2026-01-02' }),
        anEvent({ user_id: 'seen', event_created: '2026-01-01' }),
      ],
    });

    expect(await userOf('seen')).toEqual([
      { user_attributes: {}, first_seen: '2026-01-01 00:00:00', updated_at: null, attributes_truncated: false },
    ]);
  });

  it('are first seen earlier when a late event arrives, and never later', async () => {
    await loads.load({ events: [anEvent({ user_id: 'late', event_created: '2026-01-02' })] });

    await loads.load({ events: [anEvent({ user_id: 'late', event_created: '2026-01-03' })] });
    await loads.load({ events: [anEvent({ user_id: 'late', event_created: '2026-01-01' })] });

    expect(await userOf('late')).toMatchObject([{ first_seen: '2026-01-01 00:00:00' }]);
  });

  it('of conflicts are not created', async () => {
    const event = anEvent();
    await loads.load({ events: [event] });

    await loads.load({ events: [{ ...event, user_id: 'never-seen' }] });

    expect(await userOf('never-seen')).toEqual([]);
  });

  it('are created once when one load brings their events and their operations', async () => {
    const balance = await loads.load({
      events: [anEvent({ user_id: 'both', event_created: '2026-01-01' })],
      creates: [{ user_id: 'both', op_at: '2026-01-02', user_attributes: { plan: 'pro' } }],
    });

    expect(balance).toMatchObject({ files: 2, new_events: 1, new_ops: 1 });
    expect(await userOf('both')).toMatchObject([
      { user_attributes: { plan: 'pro' }, first_seen: '2026-01-01 00:00:00' },
    ]);
  });
});

describe('the rollup', () => {
  it('counts the stored events of each name per quarter of an hour, without repeats', async () => {
    const at = (event_created: string) => anEvent({ event_name: 'rolled up', event_created });
    const repeated = at('2026-11-20T10:00:00Z');

    const { load_id } = await loads.load({
      events: [repeated, repeated, at('2026-11-20T10:14:59.999Z'), at('2026-11-20T10:15:00Z')],
      // From an earlier version: the API takes no time before 1970 any more.
      oldEvents: [{ ...at('1969-12-31T23:59:59Z'), event_attributes: {} }],
    });

    expect(
      await loads.sql(
        'SELECT quarter_hour::text, events::int FROM dataloaf.event_rollup WHERE event_name = $1 AND load_id = $2 ORDER BY 1',
        ['rolled up', load_id],
      ),
    ).toEqual([
      { quarter_hour: '1969-12-31 23:45:00', events: 1 },
      { quarter_hour: '2026-11-20 10:00:00', events: 2 },
      { quarter_hour: '2026-11-20 10:15:00', events: 1 },
    ]);
  });
});

describe('the load ids', () => {
  it('count every load', async () => {
    const first = await loads.load({ events: [anEvent()] });
    const second = await loads.load({ events: [anEvent()] });

    expect((second['load_id'] ?? 0) - (first['load_id'] ?? 0)).toBe(1);
  });
});
