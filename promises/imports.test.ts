import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { hourPrefix } from '@dataloaf/core/storage-keys';
import { VENDORS } from '@dataloaf/infra/cli/import/read/from/vendor-form';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AT, EXPORTS } from '../infra/test/cli/import/read/from/exports.ts';
import { until } from '../localstack/test/tools/until.ts';
import { dataloaf, killHard, startDataloaf } from './tools/dataloaf.ts';
import { startTestStack, type TestStack } from './tools/test-stack.ts';

const REAL = fileURLToPath(new URL('../../shared/data', import.meta.url));
const MAPPING = ['--event', 'purchase', '--user', 'customer', '--time', 'date'];

let stack: TestStack;
let folder: string;
beforeAll(async () => {
  stack = await startTestStack();
  folder = await mkdtemp(join(tmpdir(), 'dataloaf-import-'));
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => stack.stack.reset());

interface Purchase {
  readonly customer: string;
  readonly date: string;
  readonly cents: number;
}

/** Some rows are equal in all fields, like two sales of the same product. */
const purchases = (count: number): readonly Purchase[] =>
  Array.from({ length: count }, (_, n) => ({
    customer: String((n * 31) % 211).padStart(5, '0'),
    date: new Date(Date.UTC(2021, n % 18, 1 + (n % 28))).toISOString().slice(0, 10),
    cents: (n * 7_919) % 100_003,
  })).map((purchase, n, all) => (n % 50 === 49 ? (all[n - 1] ?? purchase) : purchase));

const dollars = (cents: number): string => (cents / 100).toFixed(2);
const asCsv = (rows: readonly Purchase[]): string =>
  `customer,date,dollars\n${rows.map(({ customer, date, cents }) => `${customer},${date},${dollars(cents)}\n`).join('')}`;
const asNdjson = (rows: readonly Purchase[]): string =>
  rows.map(({ cents, ...rest }) => `${JSON.stringify({ ...rest, dollars: cents / 100 })}\n`).join('');

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Finds the stack by its folder, as it does for a person. */
async function importFile(file: string, mapping: readonly string[] = MAPPING) {
  const run = await dataloaf(['import', file, ...mapping, '--dir', stack.facts.dir, '--json']);
  if (run.out === '') throw new Error(`Expected a summary, got exit code ${run.code}: ${run.err}`);
  return { code: run.code, summary: JSON.parse(run.out) };
}

async function readStatus() {
  const run = await dataloaf(['status', '--dir', stack.facts.dir, '--json']);
  return { code: run.code, status: JSON.parse(run.out) };
}

interface Stored {
  readonly events: number;
  readonly ids: number;
  /** Distinct users of the events. */
  readonly users: number;
  /** Rows in the table of users. */
  readonly profiles: number;
  readonly dollars: string | null;
}

async function stored(): Promise<Stored> {
  const [row] = await stack.sql(
    `SELECT count(*)::int AS events, count(DISTINCT event_id)::int AS ids, count(DISTINCT user_id)::int AS users,
       (SELECT count(*)::int FROM dataloaf.users) AS profiles,
       SUM((event_attributes->>'dollars')::numeric)::text AS dollars
     FROM dataloaf.events`,
  );
  return row as unknown as Stored;
}

function expected(rows: readonly Purchase[]): Stored {
  const users = new Set(rows.map(({ customer }) => customer)).size;
  const cents = rows.reduce((sum, row) => sum + row.cents, 0);
  return { events: rows.length, ids: rows.length, users, profiles: users, dollars: dollars(cents) };
}

describe('dataloaf import', () => {
  it.each([
    ['CSV, compressed', 'purchases.csv.gz', (rows: readonly Purchase[]) => gzipSync(asCsv(rows))],
    ['NDJSON', 'purchases.ndjson', asNdjson],
  ])('of %s brings every line into the warehouse, to the cent', async (_what, name, encode) => {
    const rows = purchases(3_000);
    const file = await write(name, encode(rows));

    const { code, summary } = await importFile(file);
    await stack.load();

    expect(code).toBe(0);
    expect(summary).toMatchObject({ state: 'complete', lines: 3_000, sent: 3_000, accepted: 3_000, rejected: 0 });
    expect(await stored()).toEqual(expected(rows));
    expect(
      await stack.sql(
        `SELECT event_name, user_id, event_created::text AS at, event_attributes FROM dataloaf.events
         WHERE event_created = '2021-02-02' AND user_id = '00031'`,
      ),
    ).toEqual([
      { event_name: 'purchase', user_id: '00031', at: '2021-02-02 00:00:00', event_attributes: { dollars: 79.19 } },
    ]);
  });

  it('of the same content adds nothing, under another name and unpacked', async () => {
    const rows = purchases(2_000);
    await importFile(await write('first.csv.gz', gzipSync(asCsv(rows))));
    await stack.load();

    const { code, summary } = await importFile(await write('other-name.csv', asCsv(rows)));
    const answer = await stack.load();

    expect([code, summary.accepted]).toEqual([0, 2_000]);
    expect(answer).toMatchObject({ outcome: 'loaded', batch: { staged_events: 2_000, new_events: 0, conflicts: 0 } });
    expect(await stored()).toEqual(expected(rows));
  });

  it('killed half way and run again is complete, and stores nothing twice', async () => {
    const rows = purchases(20_000);
    const file = await write('large.csv', asCsv(rows));
    const args = ['import', file, ...MAPPING, '--dir', stack.facts.dir];

    const killed = startDataloaf(args);
    await until('events in flight', async () => (await pendingRecords()) > 100);
    await killHard(killed);
    await stack.load();
    const halfWay = await stored();
    const { code, summary } = await importFile(file);
    await stack.load();

    expect(halfWay.events).toBeGreaterThan(0);
    expect(halfWay.events).toBeLessThan(20_000);
    expect([code, summary.state, summary.accepted]).toEqual([0, 'complete', 20_000]);
    expect(await stored()).toEqual(expected(rows));
  });

  it('names wrong lines with their numbers and reasons, and the others arrive', async () => {
    const file = await write(
      'wrong.csv',
      'customer,date,dollars\na,2021-01-01,1.10\n,2021-01-02,2\nb,2021-02-30,3\nc,2021-01-03\nd,2021-01-04,4.20\n',
    );

    const { code, summary } = await importFile(file);
    const { out } = await dataloaf(['import', file, ...MAPPING, '--dir', stack.facts.dir]);
    await stack.load();

    expect(code).toBe(1);
    expect(summary).toMatchObject({ lines: 5, accepted: 2, rejected: 3 });
    expect(summary.rejects).toEqual([
      { line: 3, code: 'field_missing', message: expect.stringContaining('customer') },
      { line: 4, code: 'time_invalid', message: expect.stringContaining('Expected a time') },
      { line: 5, code: 'column_count', message: 'Expected 3 columns as in the first line, got 2.' },
    ]);
    expect(out).toContain('line 5: Expected 3 columns');
    expect(await stored()).toEqual({ events: 2, ids: 2, users: 2, profiles: 2, dollars: '5.3' });
  });
});

describe('dataloaf import --from', () => {
  it('brings the exports of other products into the warehouse, each event once', async () => {
    const importTwice = async (vendor: (typeof VENDORS)[number]) => {
      const file = await write(`${vendor}.json.gz`, gzipSync(EXPORTS[vendor]));
      const { code, summary } = await importFile(file, ['--from', vendor]);
      await importFile(file, ['--from', vendor]);
      return [code, summary.accepted, summary.rejected];
    };

    const imported = await Promise.all(VENDORS.map(importTwice));
    await stack.load();

    expect(imported).toEqual(VENDORS.map(() => [0, 2, 0]));

    expect(
      await stack.sql(
        `SELECT event_name, user_id, EXTRACT(EPOCH FROM event_created)::float8 * 1000 AS ms FROM dataloaf.events
         WHERE user_id = 'user-1' ORDER BY event_name COLLATE "C"`,
      ),
    ).toEqual(
      ['$pageview', 'Order Completed', 'Signed up', 'purchase', 'purchase'].map((event_name) => ({
        event_name,
        user_id: 'user-1',
        ms: AT,
      })),
    );
    expect(await stored()).toMatchObject({ events: 10, ids: 10 });
  });
});

async function pendingRecords(): Promise<number> {
  const { streams } = (await stack.admin.status()) as { streams: { pendingRecords: number }[] };
  return streams.reduce((sum, stream) => sum + stream.pendingRecords, 0);
}

describe('dataloaf status', () => {
  it('reports what is stored, what is in flight and what is parked', async () => {
    const rows = purchases(1_500);
    await importFile(await write('status.csv', asCsv(rows)));
    const before = await readStatus();
    await stack.load();
    const loaded = await readStatus();
    const key = `${hourPrefix('events', new Date())}not-gzip.gz`;
    await createS3Client(stack.facts.aws).send(
      new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: key, Body: '{}' }),
    );
    await stack.load();
    const parked = await readStatus();

    const { events, users } = await stored();
    expect(before.status).toMatchObject({ running: true, events: 0, users: 0 });
    expect(before.status.pending_bytes).toBeGreaterThan(10_000);
    expect(loaded).toMatchObject({
      code: 0,
      status: { events, users, parked: [], pending_bytes: 0, troubles: [], last_load: { new_events: 1_500 } },
    });
    expect(loaded.status.age_seconds).toBeLessThan(60);
    expect(parked.code).toBe(1);
    expect(parked.status.parked).toEqual([
      { object_uri: expect.stringContaining('not-gzip.gz'), reason: expect.stringContaining('gzip') },
    ]);
  });

  it('reports that no stack is running in a folder without one', async () => {
    const dir = join(folder, 'empty');
    await mkdir(dir);

    const run = await dataloaf(['status', '--dir', dir, '--json']);

    expect(run.code).toBe(1);
    expect(JSON.parse(run.out)).toMatchObject({ running: false });
  });
});

const hasRealData = existsSync(join(REAL, 'purchases.csv.gz'));
if (!hasRealData) process.stderr.write(`\n*** NO REAL DATA in ${REAL}: its import is NOT tested. ***\n\n`);

describe.runIf(hasRealData)('the real data', () => {
  it('of a shop and a web server arrive in full, and a second import changes nothing', async () => {
    const importBoth = async (): Promise<unknown[]> => {
      const shop = await importFile(join(REAL, 'purchases.csv.gz'));
      const pages = ['--event', 'page_viewed', '--user', 'visitor', '--time', 'time'];
      const web = await importFile(join(REAL, 'access-log.ndjson.gz'), pages);
      return [shop.summary.accepted, shop.summary.rejected, web.summary.accepted, web.summary.rejected];
    };
    const byName = () =>
      stack.sql(
        `SELECT event_name, count(*)::int AS events, count(DISTINCT user_id)::int AS users FROM dataloaf.events
         GROUP BY 1 ORDER BY 1`,
      );

    const first = await importBoth();
    await stack.load();
    const before = { all: await stored(), names: await byName() };
    const second = await importBoth();
    const answer = await stack.load();

    expect(first).toEqual([69_659, 0, 9_999, 0]);
    expect(before.all).toEqual({
      events: 79_658,
      ids: 79_658,
      users: 25_297,
      profiles: 25_297,
      dollars: '2500315.63',
    });
    expect(before.names).toEqual([
      { event_name: 'page_viewed', events: 9_999, users: 1_753 },
      { event_name: 'purchase', events: 69_659, users: 23_544 },
    ]);
    expect(second).toEqual(first);
    expect(answer).toMatchObject({ batch: { staged_events: 79_658, new_events: 0, conflicts: 0 } });
    expect({ all: await stored(), names: await byName() }).toEqual(before);
  });
});
