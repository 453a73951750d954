/** A warehouse of an earlier version: what it holds stays known after the migration. */
import { applyMigration, MIGRATIONS } from '@dataloaf/core/warehouse/sql/migrations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestLoads, type TestLoads } from './test-loads.ts';
import { userOf } from './test-users.ts';

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads(1);
  await loads.sql(`INSERT INTO dataloaf.events VALUES ('e', 'opened', 'ü', '2026-01-01', '{"total":1}', 1)`);
  await loads.sql(`INSERT INTO dataloaf.event_keys VALUES (-1, 'e')`);
  await loads.sql(`INSERT INTO dataloaf.event_conflicts VALUES ('e', 'closed', 'ü', '2026-01-01', '{}', 1)`);
  const v7 = '01a1fb67-1800-7000-8000-000000000001';
  await loads.sql(`INSERT INTO dataloaf.user_ops VALUES ($1, 'u', '2026-01-01', '{"n":1}', NULL, NULL, 'b')`, [v7]);
  await loads.sql(`INSERT INTO dataloaf.user_ops VALUES ('o', 'u', '2026-01-01', '{"m":1}', NULL, NULL, 'b')`);
  await loads.sql(`INSERT INTO dataloaf.load_files VALUES
    ('s3://b/data/v1/events/dt=2026-11-22/hr=06/a.gz', 'e', 1, 'events', 0, 'b', 'loaded', NULL),
    ('s3://b/data/v1/events/bad.gz', 'e', 2, 'events', 0, 'b', 'parked', 'line 1')`);
  for (const migration of MIGRATIONS.filter(({ version }) => version > 1)) {
    await loads.transact(applyMigration(migration));
  }
});
afterAll(() => loads.stop());

const anEvent = (fields: object = {}) => ({ event_id: 'e', event_name: 'opened', user_id: 'ü', ...fields });

it('an event that was loaded before is a repeat, whatever its attributes: they have no hash', async () => {
  const balance = await loads.load({ events: [anEvent({ event_attributes: { total: 2 } })] });

  expect(balance).toMatchObject({ new_events: 0, conflicts: 0 });
});

it('an event with the id of one that was loaded before and another user is a conflict', async () => {
  const balance = await loads.load({ events: [anEvent({ user_id: 'v' })] });

  expect(balance).toMatchObject({ new_events: 0, conflicts: 1 });
});

it('a conflict that was kept before is not kept again', async () => {
  const balance = await loads.load({
    oldEvents: [anEvent({ event_name: 'closed', event_created: '2026-01-01', event_attributes: {} })],
  });

  expect(balance).toMatchObject({ new_events: 0, conflicts: 0 });
});

it('the operations that were loaded before are known, under the days of their ids', async () => {
  const balance = await loads.load({ updates: [{ op_id: 'o', user_id: 'u', set: { m: 1 } }] });
  const conflict = await loads.load({ updates: [{ op_id: 'o', user_id: 'x', set: { m: 1 } }] });

  expect([balance, conflict]).toMatchObject([
    { new_ops: 0, op_conflicts: 0 },
    { new_ops: 0, op_conflicts: 1 },
  ]);
  expect(await userOf(loads, 'x')).toBeUndefined();
  expect(await loads.sql('SELECT id_day FROM dataloaf.op_keys ORDER BY 1')).toEqual([
    { id_day: -1 },
    { id_day: 20778 },
  ]);
});

it('the objects that were loaded or parked before are known, under their hours', async () => {
  const rows = await loads.sql('SELECT * FROM dataloaf.load_files WHERE batch_id = $1 ORDER BY bytes', ['b']);

  const common = { etag: 'e', stream: 'events', generation: 0, batch_id: 'b' };
  expect(rows).toEqual([
    {
      ...common,
      ...{ object_uri: 's3://b/data/v1/events/dt=2026-11-22/hr=06/a.gz', bytes: '1', object_hour: '2026112206' },
      ...{ outcome: 'loaded', reason: null },
    },
    {
      ...common,
      ...{ object_uri: 's3://b/data/v1/events/bad.gz', bytes: '2', object_hour: '-1' },
      ...{ outcome: 'parked', reason: 'line 1' },
    },
  ]);
});
