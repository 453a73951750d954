import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { anEvent, request, startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const rowsOf = (id: unknown) =>
  stack.sql('SELECT event_name, user_id, event_attributes FROM dataloaf.events WHERE event_id = $1', [id]);

it('an event arrives once although it is sent three times', async () => {
  const event = anEvent({ event_attributes: { total: 12.5 } });

  await stack.sendEvents([event, event]);
  await stack.load();
  await stack.sendEvents([event]);
  await stack.load();

  expect(await rowsOf(event['event_id'])).toEqual([
    { event_name: 'paid', user_id: event['user_id'], event_attributes: { total: 12.5 } },
  ]);
});

it('an event arrives once although Firehose delivers its object twice', async () => {
  const event = anEvent();
  stack.admin.faults.add([{ kind: 'firehose_delivers_twice', times: 1 }]);

  await stack.sendEvents([event]);
  const answer = await stack.load();

  expect(answer).toMatchObject({ outcome: 'loaded', batch: { files: 2, staged_events: 2, new_events: 1 } });
  expect((await rowsOf(event['event_id'])).length).toBe(1);
});

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

it('the first event of an id is kept, and another one with that id is a conflict that is stored and counted', async () => {
  const event = anEvent();
  const other = { ...event, event_name: 'refunded', event_attributes: { why: 'broken' } };

  await stack.sendEvents([event]);
  await stack.load();
  await stack.sendEvents([other, other]);
  const answer = await stack.load();
  await stack.sendEvents([other]);
  await stack.load();

  expect(answer).toMatchObject({ batch: { staged_events: 2, new_events: 0, conflicts: 1 } });
  expect(await rowsOf(event['event_id'])).toMatchObject([{ event_name: 'paid' }]);
  expect(
    await stack.sql('SELECT event_name, event_attributes FROM dataloaf.event_conflicts WHERE event_id = $1', [
      event['event_id'],
    ]),
  ).toEqual([{ event_name: 'refunded', event_attributes: { why: 'broken' } }]);
});

it('a wrong item is answered with its reason and kept, and the others are accepted', async () => {
  const good = anEvent();

  const answer = await stack.sendEvents([anEvent({ user_id: '' }), good, anEvent({ amount: 1 })]);

  expect(answer).toMatchObject({
    status: 200,
    body: {
      accepted: 1,
      rejected: [
        { index: 0, code: 'user_id_invalid' },
        { index: 2, code: 'field_unknown' },
      ],
    },
  });
  const { buckets } = (await stack.admin.status()) as { buckets: { name: string }[] };
  expect(buckets.map(({ name }) => name)).toContain(stack.facts.buckets.events);
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

it('Firehose refuses part of a batch, and every event still arrives once', async () => {
  const events = Array.from({ length: 40 }, () => anEvent({ event_attributes: { filler: 'x'.repeat(900) } }));
  stack.admin.faults.add([{ kind: 'firehose_refuses', records: 3, times: 2 }]);

  const answer = await stack.sendEvents(events);
  await stack.load();

  expect(answer.body).toEqual({ accepted: 40, rejected: [] });
  const ids = events.map((event) => event['event_id']);
  expect(await stack.sql('SELECT count(*)::int AS n FROM dataloaf.events WHERE event_id = ANY($1)', [ids])).toEqual([
    { n: 40 },
  ]);
});

it('what Firehose keeps refusing is named, so that the client sends it again', async () => {
  const events = Array.from({ length: 3 }, () => anEvent({ event_attributes: { filler: 'x'.repeat(6_000) } }));
  stack.admin.faults.add([{ kind: 'firehose_refuses', records: 1, times: 5 }]);

  const answer = await stack.sendEvents(events);
  const again = await stack.sendEvents(
    events.filter((_, index) => answer.body.retry.some((one: { index: number }) => one.index === index)),
  );

  expect(answer).toMatchObject({
    status: 503,
    body: { accepted: 2, retry: [{ index: 0, id: events[0]?.['event_id'] }] },
  });
  expect(again.body).toEqual({ accepted: 1, rejected: [] });
});

it('a file that COPY refuses is parked with its reason while the rest load', async () => {
  const event = anEvent();
  const s3 = createS3Client(stack.facts.aws);
  const prefix = 'data/v1/events/dt=2026-01-01/hr=00/';
  const bad = {
    'not-gzip.gz': Buffer.from('{}'),
    'bad-json.gz': gzipSync('{"event_id":"x"\n'),
    'null.gz': gzipSync('{"event_id":"x"}\n'),
  };
  for (const [name, body] of Object.entries(bad)) {
    await s3.send(new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: `${prefix}${name}`, Body: body }));
  }
  // Older than any instant that the loader still lists, unless it has seen nothing yet: listed by hand of a fresh state.
  await s3.send(
    new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: 'state/last-tick.json', Body: 'null' }),
  );

  await stack.sendEvents([event]);
  const answer = await stack.load();
  const next = await stack.load();

  expect(answer.outcome).toBe('parked');
  expect((await rowsOf(event['event_id'])).length).toBe(1);
  const parked = await stack.sql(
    "SELECT object_uri, reason FROM dataloaf.load_files WHERE outcome = 'parked' ORDER BY 1",
  );
  expect(parked.map(({ object_uri: uri }) => String(uri).split('/').at(-1))).toEqual([
    'bad-json.gz',
    'not-gzip.gz',
    'null.gz',
  ]);
  expect(parked.every(({ reason }) => typeof reason === 'string' && reason.length > 10)).toBe(true);
  expect(next.outcome).toBe('nothing_new');
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

it('a browser key creates events under ids of its own, and nothing else', async () => {
  const id = '0190a0a0-0000-7000-8000-000000000001';
  const { api, browserKey, serverKey } = stack.facts;
  const collect = (key: string, events: readonly object[]) =>
    request(`${api}/v1/collect`, { method: 'POST', key: '', body: { key, events } });
  await stack.sendEvents([anEvent({ event_id: id, event_name: 'from_server' })]);

  const accepted = await collect(browserKey, [{ event_id: id, event_name: 'page_viewed', user_id: 'v1' }]);
  const refused = await collect(browserKey, [{ event_id: 'e1', event_name: 'page_viewed', user_id: 'v1' }]);
  const wrongKind = await collect(serverKey, []);
  const users = await request(`${api}/v1/users`, {
    method: 'POST',
    key: browserKey,
    body: { users: [{ user_id: 'v1' }] },
  });
  await stack.load();

  expect(accepted.body).toEqual({ accepted: 1, rejected: [] });
  expect(refused.body).toMatchObject({ accepted: 0, rejected: [{ code: 'id_invalid' }] });
  expect([wrongKind.status, users.status]).toEqual([403, 403]);
  const rows = await stack.sql("SELECT event_name FROM dataloaf.events WHERE event_id LIKE '%0190a0a0%' ORDER BY 1");
  expect(rows).toEqual([{ event_name: 'from_server' }, { event_name: 'page_viewed' }]);
});

it('the day of an id is that of its UUIDv7, also behind a browser key, and -1 for any other id', async () => {
  const uuid = '0190a0a0-0000-7000-8000-0000000000aa';
  await stack.sendEvents([anEvent({ event_id: uuid }), anEvent({ event_id: 'not-a-uuid' })]);

  await stack.load();

  const rows = await stack.sql('SELECT id_day FROM dataloaf.event_keys WHERE event_id = ANY($1) ORDER BY 1', [
    [uuid, 'not-a-uuid'],
  ]);
  expect(rows).toEqual([{ id_day: -1 }, { id_day: Math.floor(0x0190a0a00000 / 86_400_000) }]);
});

it('the rollup counts every inserted event once, by name and quarter of an hour', async () => {
  const times = ['1969-12-31T23:59:59.999Z', '2021-01-01T10:14:59.999Z', '2021-01-01T10:15:00Z'];
  const events = times.map((time) => anEvent({ event_name: 'rolled_up', event_created: time }));
  await stack.sendEvents(events);
  await stack.load();

  await stack.sendEvents(events);
  await stack.load();

  const rows = await stack.sql(
    "SELECT quarter_hour::text AS at, SUM(events)::int AS n FROM dataloaf.event_rollup WHERE event_name = 'rolled_up' GROUP BY 1 ORDER BY 1",
  );
  expect(rows).toEqual([
    { at: '1969-12-31 23:45:00', n: 1 },
    { at: '2021-01-01 10:00:00', n: 1 },
    { at: '2021-01-01 10:15:00', n: 1 },
  ]);
});
