/**
 * What a tick reads of the ledger after years. Redshift skips blocks by the least and greatest value of each; a BRIN index of
 * Postgres is the same thing, so the blocks that are read can be counted here.
 */
import {
  type LedgerBatch,
  readBatch,
  readNewestLoadSince,
  readObject,
  readObjects,
  readParkedCount,
} from '@dataloaf/core/warehouse/sql/ledger';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestLoads, type TestLoads } from './test-loads.ts';

/** Two months at an object a minute and a load every three: 1,900 blocks of objects and 650 of loads. */
const OBJECTS = 90_000;
const ZONE_MAPS = [
  'load_files (object_hour)',
  'load_files (outcome)',
  'load_batches (load_id)',
  'load_batches (loaded_at)',
];
const BLOCKS_PER_ZONE = 8;
/** A few zones of each table. */
const BLOCKS_MAX = 10 * BLOCKS_PER_ZONE;

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads();
  await loads.load({ events: [anEvent('before')] });
  await loads.sql(`INSERT INTO dataloaf.load_files (object_uri, etag, bytes, stream, generation, batch_id, outcome, object_hour)
    SELECT 's3://old/data/v1/events/dt=' || to_char(t, 'YYYY-MM-DD') || '/hr=' || to_char(t, 'HH24') || '/' || n, 'e', 1, 'events',
      0, md5(n::text), 'loaded', to_char(t, 'YYYYMMDDHH24')::bigint
    FROM (SELECT n, timestamp '2026-01-01' + n * interval '1 minute' AS t FROM generate_series(1, ${OBJECTS}) AS n) AS s`);
  await loads.sql(`INSERT INTO dataloaf.load_batches
    SELECT md5(n::text), 'load', 0, 1 + n, 3, 1, 1, 0, 0, 0, 0, 0, now() - interval '1 year' + n * interval '3 minutes'
    FROM generate_series(1, ${OBJECTS / 3}) AS n`);
  await loads.sql(`UPDATE dataloaf.load_mutex SET n = ${1 + OBJECTS / 3}`);
  for (const map of ZONE_MAPS) {
    const [table, column] = map.split(' ');
    await loads.sql(
      `CREATE INDEX ON dataloaf.${table} USING brin ${column} WITH (pages_per_range = ${BLOCKS_PER_ZONE})`,
    );
  }
  await loads.sql('ANALYZE dataloaf.load_files, dataloaf.load_batches');
});
afterAll(() => loads.stop());

const anEvent = (id: string) => ({ event_id: id, event_name: 'opened', user_id: 'u' });

/** Blocks of both ledger tables that were read so far. */
async function blocksRead(): Promise<number> {
  await loads.sql('SELECT pg_stat_force_next_flush()');
  const [row] = await loads.sql(`SELECT sum(heap_blks_hit + heap_blks_read)::int AS n
    FROM pg_statio_user_tables WHERE relname IN ('load_files', 'load_batches')`);
  return Number(row?.['n']);
}

async function blocksOf(work: () => Promise<unknown>): Promise<number> {
  const before = await blocksRead();
  await work();
  return (await blocksRead()) - before;
}

it('the ledger of the test is large enough that a scan would be seen', async () => {
  const all = await blocksOf(() =>
    loads.sql(`SELECT count(etag || batch_id) FROM dataloaf.load_files WHERE etag <> 'x'`),
  );

  expect(all).toBeGreaterThan(10 * BLOCKS_MAX);
});

it('a load, its guard and its row read a bounded part of the ledger', async () => {
  const blocks = await blocksOf(() => loads.load({ events: [anEvent('after')] }));

  expect(blocks).toBeLessThan(BLOCKS_MAX);
});

const BATCH: LedgerBatch = { batchId: 'b', generation: 0 };
const day = (hour: string): string => `s3://old/data/v1/events/dt=2026-02-01/hr=${hour}/0`;

it.each<Statement>([
  readObjects(0, { firstUri: day('00'), lastUri: day('02') }),
  readObject(0, day('00')),
  readBatch(BATCH),
  readNewestLoadSince(OBJECTS / 3),
  readParkedCount,
])('$name reads a bounded part of the ledger', async (statement) => {
  const blocks = await blocksOf(() => loads.transact([statement]));

  expect(blocks).toBeLessThan(BLOCKS_MAX);
});
