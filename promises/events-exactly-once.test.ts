import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent, startTestStack, type TestStack } from './tools/test-stack.ts';

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

it('an event that comes again with another attribute is a conflict, and after a rebuild from S3 neither is lost', async () => {
  const event = anEvent({ event_attributes: { total: 1, cart: { a: 1, b: 2 } } });
  const reordered = { ...event, event_attributes: { cart: { b: 2, a: 1 }, total: 1 } };
  const other = { ...event, event_attributes: { total: 100 } };
  const totals = async () =>
    (
      await stack.sql(
        `SELECT event_attributes->>'total' AS total FROM dataloaf.events WHERE event_id = $1
         UNION ALL SELECT event_attributes->>'total' FROM dataloaf.event_conflicts WHERE event_id = $1`,
        [event['event_id']],
      )
    ).map(({ total }) => total);

  await stack.sendEvents([event]);
  await stack.load();
  await stack.sendEvents([reordered, other]);
  const answer = await stack.load();
  const before = await totals();
  await stack.sql('DROP SCHEMA dataloaf CASCADE');
  await stack.sendEvents([anEvent()]);
  await stack.load();

  expect(answer).toMatchObject({ batch: { staged_events: 2, new_events: 0, conflicts: 1 } });
  expect(before).toEqual(['1', '100']);
  expect((await totals()).sort()).toEqual(['1', '100']);
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

it('an event whose acknowledgement got lost is sent again and arrives once', async () => {
  const event = anEvent();
  stack.admin.faults.add([{ kind: 'firehose_fails', when: 'after', times: 1 }]);

  const answer = await stack.sendEvents([event]);
  await stack.load();

  expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  const rows = await stack.sql('SELECT 1 FROM dataloaf.events WHERE event_id = $1', [event['event_id']]);
  expect(rows.length).toBe(1);
});
