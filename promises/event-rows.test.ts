/** What the warehouse holds of an event: its row, its user, its key, its place in the rollup and in the catalogue. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { anEvent, startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const rowsOf = (id: unknown) =>
  stack.sql('SELECT event_name, user_id, event_attributes FROM dataloaf.events WHERE event_id = $1', [id]);

it('an event of an unknown user creates that user with no attributes', async () => {
  const event = anEvent({ event_created: '2021-03-04T05:06:07Z' });

  await stack.sendEvents([event]);
  await stack.load();

  expect(
    await stack.sql('SELECT user_attributes, first_seen::text, updated_at FROM dataloaf.users WHERE user_id = $1', [
      event['user_id'],
    ]),
  ).toEqual([{ user_attributes: {}, first_seen: '2021-03-04 05:06:07', updated_at: null }]);
});

it('attributes come out as they went in, awkward ones included', async () => {
  const attributes = {
    'Müller "& Söhne"': "it's",
    nested: { deep: [1, 2.5, null, true, { x: '\\' }] },
    big: 9007199254740991,
    small: 0.1,
    emoji: '😀\u2028',
    __proto__x: 1,
    empty: {},
  };
  const event = anEvent({ event_attributes: attributes });

  await stack.sendEvents([event]);
  await stack.load();

  expect(await rowsOf(event['event_id'])).toMatchObject([{ event_attributes: attributes }]);
});

it('the attribute catalogue knows names, types and frequent values of what was loaded', async () => {
  const colours = ['red', 'red', 'blue'];
  const events = colours.map((colour, at) =>
    anEvent({ event_name: 'catalogued', event_attributes: { colour, at, tags: [] } }),
  );
  const catalogue = () =>
    stack.sql(
      "SELECT attr, type, value, events::int FROM dataloaf.attribute_catalog WHERE event_name = 'catalogued' ORDER BY attr, value NULLS FIRST, type",
    );

  await stack.sendEvents(events);
  await stack.load();
  await until('the catalogue', async () => (await catalogue()).length > 0);
  await stack.sendEvents([anEvent({ event_name: 'catalogued', event_attributes: { colour: 'blue', at: 'noon' } })]);
  await stack.load();
  await until('the second load in it', async () => (await catalogue()).some(({ value }) => value === 'noon'));

  expect(await catalogue()).toEqual([
    { attr: 'at', type: 'number', value: null, events: 3 },
    { attr: 'at', type: 'string', value: null, events: 1 },
    { attr: 'at', type: 'number', value: '0', events: 1 },
    { attr: 'at', type: 'number', value: '1', events: 1 },
    { attr: 'at', type: 'number', value: '2', events: 1 },
    { attr: 'at', type: 'string', value: 'noon', events: 1 },
    { attr: 'colour', type: 'string', value: null, events: 4 },
    { attr: 'colour', type: 'string', value: 'blue', events: 2 },
    { attr: 'colour', type: 'string', value: 'red', events: 2 },
    { attr: 'tags', type: 'array', value: null, events: 3 },
  ]);
});

it('the day of an id is that of its UUIDv7, also with the prefix of a browser key, and -1 for any other id', async () => {
  const uuid = '0190a0a0-0000-7000-8000-0000000000aa';
  await stack.sendEvents([anEvent({ event_id: uuid }), anEvent({ event_id: 'not-a-uuid' })]);

  await stack.load();

  const rows = await stack.sql('SELECT id_day FROM dataloaf.event_keys WHERE event_id = ANY($1) ORDER BY 1', [
    [uuid, 'not-a-uuid'],
  ]);
  expect(rows).toEqual([{ id_day: -1 }, { id_day: Math.floor(0x0190a0a00000 / 86_400_000) }]);
});

it('the rollup counts every inserted event once, by name and quarter of an hour', async () => {
  const times = ['1970-01-01T00:00:00Z', '2021-01-01T10:14:59.999Z', '2021-01-01T10:15:00Z'];
  const events = times.map((time) => anEvent({ event_name: 'rolled_up', event_created: time }));
  await stack.sendEvents(events);
  await stack.load();

  await stack.sendEvents(events);
  await stack.load();

  const rows = await stack.sql(
    "SELECT quarter_hour::text AS at, SUM(events)::int AS n FROM dataloaf.event_rollup WHERE event_name = 'rolled_up' GROUP BY 1 ORDER BY 1",
  );
  expect(rows).toEqual([
    { at: '1970-01-01 00:00:00', n: 1 },
    { at: '2021-01-01 10:00:00', n: 1 },
    { at: '2021-01-01 10:15:00', n: 1 },
  ]);
});
