/** Explore in a real browser: questions built by mouse and by keyboard, against SQL. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { shallBrowse, startBrowser, type TestBrowser } from './tools/browser.ts';
import { anEvent, startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
let browser: TestBrowser;

const open = (search: string): Promise<Page> => browser.open(`${stack.facts.insights}/${search}`);
const total = (page: Page) => page.locator('.headline .number').first();
const aggregation = (page: Page) => page.getByRole('combobox', { name: 'Aggregation type' });
const expectTotal = (page: Page, wanted: number) =>
  until(
    `the headline to be ${wanted}`,
    async () => (await total(page).allTextContents())[0] === wanted.toLocaleString('en'),
  );

describe.runIf(shallBrowse())('Explore', () => {
  const FROM = '2026-03-01';
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startTestStack(), startBrowser()]);
    const orders = Array.from({ length: 60 }, (_, n) =>
      anEvent({
        event_name: 'shop_ordered',
        user_id: `buyer-${n % 9}`,
        event_created: `2026-03-${String((n % 20) + 1).padStart(2, '0')}T10:00:00Z`,
        event_attributes: { total: n, country: ['DE', 'FR', 'IT'][n % 3], 'ship to': n % 2 === 0 ? 'home' : 'work' },
      }),
    );
    await stack.sendEvents(orders);
    await stack.load();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });
  const search = (page: Page) => decodeURIComponent(new URL(page.url()).search.replaceAll('+', ' '));
  const openShop = () => open(`?event=shop_ordered&period=${FROM}..2026-03-31&by=day`);
  const lines = async (page: Page) => (await page.locator('.legend button').allTextContents()).toSorted();
  const sql = async (text: string) =>
    Number((await stack.sql(`SELECT ${text} AS n FROM dataloaf.events WHERE event_name = 'shop_ordered'`))[0]?.['n']);

  it('sums an attribute, filters and breaks down by mouse, and keeps all of it in the address', async () => {
    const page = await openShop();
    await expectTotal(page, 60);
    await aggregation(page).selectOption('sum');
    await page.getByRole('combobox', { name: 'Attribute' }).click();
    await page.getByRole('option', { name: /^total/ }).click();
    await expectTotal(page, await sql("sum((event_attributes->>'total')::int)").then((sum) => Number(sum)));
    await page.getByRole('button', { name: '+ Filter' }).click();
    await page.getByRole('combobox', { name: 'Filter by' }).click();
    await page.getByRole('option', { name: /^ship to/ }).click();
    await page.getByRole('button', { name: 'home', exact: true }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('combobox', { name: 'Breakdown' }).click();
    await page.getByRole('option', { name: /^country/ }).click();

    await until('a line for each country', async () => (await lines(page)).length === 3);
    const shown = await lines(page);
    await page.reload();
    await until('the same lines after a reload', async () => (await lines(page)).length === 3);

    expect(search(page)).toBe(
      `?event=shop_ordered&measure=sum(event.total)&a.where=event."ship to" is home&period=${FROM}..2026-03-31&by=day&breakdown=event.country`,
    );
    expect(shown).toEqual(await lines(page));
    expect(shown.map((text) => text.replace(/\D*(\d+)$/, '$1'))).toEqual(['270', '310', '290']);
    await page.close();
  });

  it('is built by keyboard alone', async () => {
    const page = await openShop();
    await expectTotal(page, 60);
    await page.locator('#measure').focus();
    await page.keyboard.type('Unique');
    await expectTotal(page, 9);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Filter by' }).focus();
    await page.keyboard.type('total');
    await until('the attribute in the list', async () =>
      page
        .getByRole('option', { name: /^total/ })
        .first()
        .isVisible(),
    );
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('<');
    await page.keyboard.press('Tab');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');

    await expectTotal(page, 3);
    expect(search(page)).toContain('measure=users&a.where=event.total < 3');
    await page.close();
  });

  it('compares, divides two series, and shows the days of another zone', async () => {
    const page = await open(
      `?event=shop_ordered&b.event=shop_ordered&b.measure=users&period=${FROM}..2026-03-31&zone=Asia/Kathmandu&compare=previous&formula=A / B&chart=bars`,
    );

    await until('three lines', async () => (await lines(page)).length === 3);
    const heads = await page.locator('thead th').allTextContents();

    expect(await lines(page)).toEqual(['A / B 6.67', 'A shop_ordered 60', 'B shop_ordered: unique users 9']);
    expect(heads[0]).toBe('Day (Asia/Kathmandu)');
    expect(heads.filter((head) => head === 'Before')).toHaveLength(3);
    await page.close();
  });

  it('fits a phone, a tablet and a desktop without sideways scrolling', async () => {
    const page = await open(`?event=shop_ordered&period=${FROM}..2026-03-31&breakdown=event.total&top=20&compare=year`);
    await until('the lines', async () => (await lines(page)).length === 21);
    for (const width of [360, 768, 1_440]) {
      await page.setViewportSize({ width, height: 900 });

      expect(
        await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
        `at ${width} px`,
      ).toBeLessThanOrEqual(0);
    }
    await page.close();
  });

  it('says how it counted, and saves as CSV what the table and the API say', async () => {
    const page = await open(`?event=shop_ordered&period=${FROM}..2026-03-31&by=day&breakdown=event.country`);
    await until('the lines', async () => (await lines(page)).length === 3);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const path = (await (await download).path()) ?? '';
    const csv = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(',').slice(-3));
    const { series } = Object(
      await (await fetch(`${stack.facts.insights}/api/query${new URL(page.url()).search}`)).json(),
    );
    const api: { values: number[]; total: number }[] = series[0].lines;
    await page.getByText('How was this counted?').click();
    const counted = page.locator('.counted');
    await until('the SQL', async () => (await counted.textContent())?.includes('SELECT') === true);
    const rows = await page.locator('tbody tr').all();
    const table = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));

    expect(csv.slice(1, -1)).toEqual(api[0]?.values.map((_, day) => api.map(({ values }) => String(values[day]))));
    expect(csv.at(-1)).toEqual(api.map(({ total: whole }) => String(whole)));
    expect(table).toEqual([csv.at(-1), ...csv.slice(1, -1).toReversed()]);
    expect(await counted.textContent()).toMatch(/For each country: the 10 greatest.*Load \d+\..*:p\d+ = shop_ordered/s);
    await page.close();
  });

  it('says that the filters leave nothing, and takes them away by a click', async () => {
    const page = await open(`?event=shop_ordered&period=${FROM}..2026-03-31&by=day&a.where=event.country is XX`);
    await page.getByRole('heading', { name: 'Nothing matches the filters in this period' }).waitFor();

    await page.getByRole('button', { name: 'Remove the filters' }).click();

    await expectTotal(page, 60);
    expect(search(page)).toBe(`?event=shop_ordered&period=${FROM}..2026-03-31&by=day`);
    await page.close();
  });

  it('says why a filter cannot be read, and sends nothing', async () => {
    const page = await openShop();
    await expectTotal(page, 60);
    const before = page.url();
    await page.getByRole('button', { name: '+ Filter' }).click();
    await page.getByRole('combobox', { name: 'Filter by' }).fill('total');
    await until('the attribute in the list', async () =>
      page
        .getByRole('option', { name: /^total/ })
        .first()
        .isVisible(),
    );
    await page.keyboard.press('Enter');
    await page.getByLabel('Operator').selectOption('>');
    await page.getByLabel('Value, or several with commas').fill('many');
    await page.keyboard.press('Enter');

    expect(await page.locator('.editor .wrong').textContent()).toBe('In "filter": Expected a number, got "many".');
    expect(page.url()).toBe(before);
    await page.close();
  });
});
