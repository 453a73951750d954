/** The ledger: an object is loaded or parked once, and what the loader and the CLI read of it. */
import {
  parkObject,
  REFUSE_LOADED,
  readLastBatch,
  readNewestLoad,
  readObject,
  readObjects,
  readParked,
  readParkedCount,
} from '@dataloaf/core/warehouse/sql/ledger';
import { hourOfUri, objectHour } from '@dataloaf/core/warehouse/sql/object-hour';
import { countEvents, countUsers } from '@dataloaf/core/warehouse/sql/totals';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counter, startTestLoads, type TestLoads } from './test-loads.ts';

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads();
});
afterAll(() => loads.stop());

const next = counter();
const anEvent = () => ({ event_id: `event-${next()}`, event_name: 'opened', user_id: `user-${next()}` });
const countOf = async (table: string) =>
  (await loads.sql(`SELECT COUNT(*)::int AS n FROM dataloaf.${table}`))[0]?.['n'];

describe('a batch', () => {
  it('that was loaded is refused by its guard, and changes nothing', async () => {
    const batch = loads.put({ events: [anEvent()] });
    await loads.loadBatch(batch);
    const before = [await countOf('events'), await countOf('load_batches')];

    const again = loads.loadBatch(batch);

    await expect(again).rejects.toThrow(new RegExp(`^${REFUSE_LOADED}: .*division by zero`));
    expect([await countOf('events'), await countOf('load_batches')]).toEqual(before);
  });

  it('is recorded with its objects, in the generation of the batch', async () => {
    const batch = loads.put({ events: [anEvent()], updates: [{ user_id: 'u', op_id: `op-${next()}`, set: { a: 1 } }] });
    await loads.loadBatch(batch);
    const uris = batch.objects.map(({ bucket, key }) => `s3://${bucket}/${key}`);
    const range = { firstUri: uris[0] ?? '', lastUri: uris[1] ?? '' };

    expect(await loads.transact([readObjects(0, range)])).toEqual(uris.map((object_uri) => ({ object_uri })));
    expect(await loads.transact([readObjects(1, range)])).toEqual([]);
    expect(await loads.transact([readObject(0, uris[0] ?? '')])).toEqual([{ outcome: 'loaded' }]);
  });
});

describe('a direct merge', () => {
  it('is the last batch, and not the newest load', async () => {
    const { load_id } = await loads.load({ events: [anEvent()] });
    await loads.merge([{ user_id: 'merged', op_id: `op-${next()}`, set: { a: 1 } }]);

    expect(await loads.transact([readNewestLoad])).toMatchObject([{ load_id: String(load_id) }]);
    expect(await loads.transact([readLastBatch])).toMatchObject([{ kind: 'direct', staged_ops: '1', new_ops: '1' }]);
  });
});

describe('a parked object', () => {
  const object = { uri: 's3://test/bad.gz', etag: 'e', bytes: 3, stream: 'events', reason: 'line 1: not gzip' };
  const batch = { batchId: 'b', generation: 0 };

  it('is in the ledger once, however often it is parked, with its first reason', async () => {
    await loads.transact([parkObject(batch, object)]);
    await loads.transact([parkObject(batch, { ...object, reason: 'another reason' })]);

    expect(await loads.transact([readParked])).toEqual([{ object_uri: object.uri, reason: object.reason }]);
    expect(await loads.transact([readParkedCount])).toEqual([{ parked: '1' }]);
  });

  it('keeps 300 characters of its reason, which fit the column in any language', async () => {
    const uri = 's3://test/worse.gz';

    await loads.transact([parkObject(batch, { ...object, uri, reason: '語'.repeat(1_000) })]);

    expect(await loads.sql('SELECT LENGTH(reason) AS n FROM dataloaf.load_files WHERE object_uri = $1', [uri])).toEqual(
      [{ n: 300 }],
    );
  });
});

it('the totals are those of the tables', async () => {
  await loads.load({ events: [anEvent(), anEvent()] });

  expect(await loads.transact([countEvents])).toEqual([{ n: String(await countOf('events')) }]);
  expect(await loads.transact([countUsers])).toEqual([{ n: String(await countOf('users')) }]);
});

describe('the hour of an object in the ledger', () => {
  const URIS = [
    's3://hours/data/v1/events/a-by-hand.gz',
    's3://hours/data/v1/events/dt=0999-01-01/hr=00/a.gz',
    's3://hours/data/v1/events/dt=2026-11-22/hr=06/a.gz',
    's3://hours/data/v1/events/dt=2026-11-22/hr=06/dt=1999-01-01/hr=00/x.gz',
    's3://hours/data/v1/events/dt=2026-11-22/hr=06x/by-hand.gz',
    's3://hours/data/v1/events/dt=2026-11-22/hr=07/b.gz',
    's3://hours/data/v1/events/dt=2026-99-99/hr=99/c.gz',
    's3://hours/data/v1/events/dt=no-date/hr=07/d.gz',
  ];

  it('is the same in SQL and in TypeScript', async () => {
    const rows = await loads.sql(
      `SELECT u.uri, ${objectHour('u.uri')} AS hour FROM unnest($1::text[]) AS u (uri)`.replaceAll('STRPOS', 'strpos'),
      [URIS],
    );

    expect(rows).toEqual(URIS.map((uri) => ({ uri, hour: String(hourOfUri(uri)) })));
  });

  it('hides no object of a range, whatever keys were put between by hand', async () => {
    for (const uri of URIS) {
      const object = { uri, etag: 'e', bytes: 1, stream: 'events', reason: 'bad' };
      await loads.transact([parkObject({ batchId: 'hours', generation: 7 }, object)]);
    }

    for (const [from, firstUri] of URIS.entries()) {
      for (const [to, lastUri] of URIS.entries()) {
        const rows = await loads.transact([readObjects(7, { firstUri, lastUri })]);
        expect(rows.map((row) => row['object_uri'])).toEqual(URIS.slice(from, to + 1));
      }
      expect(await loads.transact([readObject(7, firstUri)])).toEqual([{ outcome: 'parked' }]);
    }
  });
});
