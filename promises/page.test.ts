import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { hourPrefix, LAST_TICK_KEY } from '@dataloaf/core/storage-keys';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { DataLoaf } from '@dataloaf/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { shallBrowse, startBrowser, type TestBrowser } from './tools/browser.ts';
import { anEvent, startTestStack, type TestStack } from './tools/test-stack.ts';

const DAY_MS = 86_400_000;
/** The page polls for a new load every 15 s. */
const POLL_MS = 15_000;

let stack: TestStack;
let browser: TestBrowser;

const open = (search: string): Promise<Page> => browser.open(`${stack.facts.insights}/${search}`);
const total = (page: Page) => page.locator('.headline .number').first();
const freshness = (page: Page) => page.locator('.freshness');
const granularity = (page: Page) => page.getByRole('combobox', { name: 'Aggregation period' });
const aggregation = (page: Page) => page.getByRole('combobox', { name: 'Aggregation type' });
/** As if its tab came to the front: the page polls for a new load at once. */
const bringToFront = (page: Page) => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

const expectTotal = (page: Page, wanted: number) =>
  until(
    `the headline to be ${wanted}`,
    async () => (await total(page).allTextContents())[0] === wanted.toLocaleString('en'),
  );

/** The server caches a tick for two seconds, so the first poll may not show it yet. */
const expectFreshness = (page: Page, wanted: string) =>
  until(`the freshness to have "${wanted}"`, async () => {
    await bringToFront(page);
    return (await freshness(page).textContent())?.includes(wanted) === true;
  });

/** Rows of the table with a count above 0, newest first, without their share. */
async function rowsOf(page: Page): Promise<string[]> {
  const rows = await page.locator('tbody tr:not(.zero)').all();
  return Promise.all(rows.map(async (row) => `${await row.locator('th').textContent()}: ${await countIn(row)}`));
}
const countIn = (row: ReturnType<Page['locator']>) => row.locator('td').first().textContent();

/** Heights of the drawn bars from left to right, in canvas pixels. */
function barsOf(page: Page): Promise<number[]> {
  // A string, because it runs in the browser and the tests have no DOM types.
  return page.evaluate(`(() => {
    const canvas = document.querySelector('.plot canvas');
    const style = getComputedStyle(document.documentElement);
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const colors = ['--series-0', '--series-0-soft'].map((name) => parseInt(style.getPropertyValue(name).trim().slice(1), 16));
    const isBar = (x, y) => {
      const at = 4 * (y * width + x);
      return colors.includes((data[at] << 16) + (data[at + 1] << 8) + data[at + 2]);
    };
    const heights = Array.from({ length: width }, (_, x) => {
      let height = 0;
      for (let y = 0; y < canvas.height; y += 1) if (isBar(x, y)) height += 1;
      return height;
    });
    const bars = [];
    heights.forEach((height, x) => {
      if (height > 0 && !(heights[x - 1] > 0)) bars.push(0);
      if (height > 0) bars[bars.length - 1] = Math.max(bars[bars.length - 1], height);
    });
    return bars;
  })()`) as Promise<number[]>;
}

/** A server that uses the SDK: each request to it becomes an event. */
async function startShop(sdk: DataLoaf) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://shop');
    sdk.createEvent({ name: url.pathname.slice(1), userId: url.searchParams.get('user') ?? 'nobody' });
    response.end('thank you');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    visit: async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text(),
    async close() {
      server.closeAllConnections();
      server.close();
      await sdk.shutdown();
    },
  };
}

describe.runIf(shallBrowse())('the page', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startTestStack(), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  it('of an empty stack shows how to send the first event, and then shows that event without a reload', async () => {
    const page = await open('');
    const shown = await page.locator('.note pre').textContent();
    const heading = await page.locator('.note h2').textContent();

    const [, body = ''] = /-d '(.*)'/.exec(shown ?? '') ?? [];
    await stack.call('POST', '/v1/events', JSON.parse(body));
    await stack.load();

    expect(heading).toBe('No events yet');
    expect(shown).toContain('/v1/events');
    await until('the note to disappear', async () => {
      await bringToFront(page);
      return (await total(page).count()) > 0;
    });
    await expectTotal(page, 1);
    expect(await page.locator('#event').inputValue()).toBe('All events');
    await page.close();
  });

  describe('of a server with the SDK', () => {
    let sdk: DataLoaf;
    let shop: Awaited<ReturnType<typeof startShop>>;
    beforeAll(async () => {
      const { api: endpoint, serverKey, dir } = stack.facts;
      sdk = new DataLoaf({ endpoint, serverKey, dir: join(dir, 'shop-journal') });
      shop = await startShop(sdk);
    });
    afterAll(() => shop?.close());

    it('shows its events as a number, a bar and a row, and updates them after a second load', async () => {
      for (const user of ['ada', 'ada', 'eve']) await shop.visit(`/ordered?user=${user}`);
      await sdk.flush();
      await stack.load();
      const page = await open('?event=ordered&period=7d');
      await expectTotal(page, 3);
      const before = { rows: await rowsOf(page), bars: await barsOf(page) };

      for (const user of ['ada', 'bob']) await shop.visit(`/ordered?user=${user}`);
      await sdk.flush();
      await stack.load();
      await until('the page to poll again', async () => {
        await browser.passTime(POLL_MS);
        return (await total(page).textContent()) === '5';
      });

      expect(before.rows).toEqual([expect.stringMatching(/^\w{3}, \d+ \w{3} \d{4}partial: 3$/)]);
      expect(before.bars.length).toBe(1);
      expect(before.bars[0]).toBeGreaterThan(100);
      expect(await rowsOf(page)).toEqual([expect.stringMatching(/partial: 5$/)]);
      await page.close();
    });

    it('counts a returning user once among its unique users', async () => {
      for (const user of ['ada', 'ada', 'eve']) await shop.visit(`/returned?user=${user}`);
      await sdk.flush();
      await stack.load();

      const page = await open('?event=returned&period=7d');
      await expectTotal(page, 3);
      await aggregation(page).selectOption('users');

      await expectTotal(page, 2);
      expect(await rowsOf(page)).toEqual([expect.stringMatching(/partial: 2$/)]);
      await page.close();
    });
  });

  it('shows the time up to which everything is loaded, which each tick moves on', async () => {
    const s3 = createS3Client(stack.facts.aws);
    const completeTo = async (): Promise<string> => {
      const object = await s3.send(new GetObjectCommand({ Bucket: stack.facts.buckets.events, Key: LAST_TICK_KEY }));
      return JSON.parse((await object.Body?.transformToString()) ?? '').complete_to;
    };
    await stack.load();
    const first = await completeTo();

    const page = await open('');
    await expectFreshness(page, `loaded up to ${first.slice(11, 19)} UTC`);
    await until('a tick of another second', async () => {
      await stack.load();
      return (await completeTo()).slice(0, 19) > first.slice(0, 19);
    });
    await expectFreshness(page, `loaded up to ${(await completeTo()).slice(11, 19)} UTC`);
    await page.close();
  });

  describe('asked for an event and a period', () => {
    beforeAll(async () => {
      const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
      const events = Array.from({ length: 400 }, (_, n) => {
        const at = today - (n % 40) * DAY_MS - ((n * 7_919) % 1_440) * 60_000;
        const name = n % 3 === 0 ? 'page_viewed' : 'invoice_paid';
        return anEvent({ event_name: name, user_id: `u-${n % 17}`, event_created: new Date(at).toISOString() });
      });
      await stack.sendEvents(events);
      await stack.load();
    });

    /** Days with their counts according to SQL, newest first. */
    const countByDay = (value: string, days: number) =>
      stack.sql(
        `SELECT to_char(event_created, 'Dy, FMDD Mon YYYY') AS day, ${value} AS n FROM dataloaf.events
         WHERE event_name = 'invoice_paid' AND event_created >= date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => $1)
         GROUP BY 1, event_created::date ORDER BY event_created::date DESC`,
        [days - 1],
      );
    const asRows = (rows: Record<string, unknown>[]) => rows.map(({ day, n }) => `${day}: ${n}`);
    const withoutTag = (rows: string[]) => rows.map((row) => row.replace('partial', ''));

    it('shows the counts that SQL counts', async () => {
      const page = await open('');
      await total(page).waitFor();
      await page.getByLabel('Event', { exact: true }).click();
      await page.keyboard.type('invoice');
      await until('the event in the list', async () => {
        await bringToFront(page);
        return page.getByRole('option', { name: 'invoice_paid' }).isVisible();
      });
      await page.keyboard.press('Enter');
      await page.getByRole('combobox', { name: 'Period', exact: true }).selectOption('7d');

      const week = await countByDay('count(*)', 7);
      await expectTotal(page, sumOf(week));
      expect(withoutTag(await rowsOf(page))).toEqual(asRows(week));
      await page.getByRole('combobox', { name: 'Period', exact: true }).selectOption('30d');
      const month = await countByDay('count(*)', 30);
      await expectTotal(page, sumOf(month));
      expect(withoutTag(await rowsOf(page))).toEqual(asRows(month));
      expect((await barsOf(page)).length).toBe(month.length);
      expect(sumOf(month)).toBeGreaterThan(sumOf(week));
      await page.close();
    });

    it('shows the users that SQL counts, fewer than the sum over the days', async () => {
      const page = await open('?event=invoice_paid&period=30d&measure=users');

      const days = await countByDay('count(DISTINCT user_id)', 30);
      await expectTotal(page, 17);
      expect(withoutTag(await rowsOf(page))).toEqual(asRows(days));
      expect(sumOf(days)).toBeGreaterThan(17);
      await page.close();
    });

    it('shows the days between two chosen ones and no others', async () => {
      const day = (back: number) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);
      const page = await open('?event=invoice_paid&period=7d');
      await total(page).waitFor();
      await page.getByRole('combobox', { name: 'Period', exact: true }).selectOption('custom');
      await page.getByLabel('From (UTC)').fill(day(20));
      await page.getByLabel('To (UTC)').fill(day(12));

      const [row] = await stack.sql(
        "SELECT count(*)::int AS n FROM dataloaf.events WHERE event_name = 'invoice_paid' AND event_created::date BETWEEN $1 AND $2",
        [day(20), day(12)],
      );
      await expectTotal(page, Number(row?.['n']));
      expect(new URL(page.url()).searchParams.get('period')).toBe(`${day(20)}..${day(12)}`);
      await page.close();
    });

    it('keeps the query in its address, through a reload and the back button', async () => {
      const page = await open('?event=invoice_paid&period=30d');
      await total(page).waitFor();
      const events = Number(await total(page).textContent());
      await aggregation(page).selectOption('users');
      await granularity(page).selectOption('week');
      await expectTotal(page, 17);
      const address = page.url();

      await page.reload();
      await expectTotal(page, 17);
      const afterReload = {
        measure: await aggregation(page).inputValue(),
        rows: await rowsOf(page),
      };
      await page.goBack();
      await page.goBack();
      await expectTotal(page, events);

      expect(new URL(address).search).toBe('?event=invoice_paid&measure=users&period=30d&by=week');
      expect(afterReload).toEqual({ measure: 'users', rows: expect.arrayContaining([expect.stringContaining(' – ')]) });
      expect(new URL(page.url()).search).toBe('?event=invoice_paid&period=30d');
      expect(await granularity(page).inputValue()).toBe('auto');
      await page.close();
    });
  });

  it('warns about objects that could not be loaded', async () => {
    const key = `${hourPrefix('events', new Date())}not-gzip.gz`;
    await createS3Client(stack.facts.aws).send(
      new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: key, Body: '{}' }),
    );
    const page = await open('');
    const before = await freshness(page).textContent();

    const answer = await stack.load();

    expect(before).not.toContain('parked');
    expect(answer.outcome).toBe('parked');
    await expectFreshness(page, '1 parked');
    expect(await freshness(page).getAttribute('title')).toContain('dataloaf status');
    await page.close();
  });

  it('logs no error and contacts no other host, in any of the tests above', async () => {
    const page = await open('');
    await total(page).waitFor();
    await page.mouse.move(640, 400);
    await page.close();

    expect(browser.complaints).toEqual([]);
    expect([...browser.origins]).toEqual([stack.facts.insights]);
  });
});

const sumOf = (rows: Record<string, unknown>[]): number => rows.reduce((sum, { n }) => sum + Number(n), 0);
