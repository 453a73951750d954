import { WarehouseError } from '@dataloaf/core/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { at, fakeWarehouse, purchases } from '../builders.ts';
import { get, start, stopAll } from './running-insights.ts';

const getJson = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  JSON.parse((await get(url, headers)).text);

afterEach(stopAll);

describe('GET /api/events', () => {
  it('lists names with counts', async () => {
    const url = await start();

    expect(await getJson(`${url}/api/events`)).toEqual({
      events: [
        { name: 'purchase', count: 1203 },
        { name: 'signed_up', count: 44 },
      ],
      more: false,
    });
  });

  it('says when there are more names than it lists', async () => {
    const names = Array.from({ length: 201 }, (_, index) => ({ event_name: `e${index}`, events: '1' }));
    const url = await start({ warehouse: fakeWarehouse(() => names) });

    const answer = (await getJson(`${url}/api/events`)) as { events: unknown[]; more: boolean };

    expect([answer.events.length, answer.more]).toEqual([200, true]);
  });
});

describe('GET /api/query', () => {
  it('returns every bucket, the total, and the query with its open parts filled in', async () => {
    const url = await start();

    expect(await getJson(`${url}/api/query?event=purchase&period=2026-11-01..2026-11-03`)).toEqual({
      query: 'event=purchase&period=2026-11-01..2026-11-03',
      kind: 'trend',
      granularity: 'hour',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-04T00:00:00.000Z',
      starts: expect.any(Array),
      end: expect.any(Number),
      partial: expect.any(Array),
      series: [{ id: 'A', lines: [{ part: null, values: expect.any(Array), total: 1203, previous: null }] }],
      compared_with: null,
      extent: { from: '2026-11-01T08:15:00.000Z', to: '2026-11-03T20:00:00.000Z' },
      load_id: 7,
    });
  });

  it('fills days without events, and marks the current one', async () => {
    const url = await start();

    const answer = await getJson(`${url}/api/query?period=2026-11-01..2026-11-03&by=day`);

    expect(answer).toMatchObject({ partial: [2], series: [{ lines: [{ values: [1200, 0, 3] }] }] });
  });

  it('counts a user with events on two days once in the total', async () => {
    const url = await start();

    const answer = await getJson(`${url}/api/query?period=2026-11-01..2026-11-03&by=day&measure=users`);

    expect(answer).toMatchObject({ series: [{ lines: [{ values: [3, 0, 2], total: 4 }] }] });
  });

  it('chooses the last 30 days when they hold events', async () => {
    const url = await start();

    expect(await getJson(`${url}/api/query`)).toMatchObject({ query: 'period=30d', granularity: 'day' });
  });

  it('chooses all time when the data is old', async () => {
    const url = await start({ now: () => at('2026-12-24T00:00:00Z') });

    expect(await getJson(`${url}/api/query`)).toMatchObject({ query: 'period=all' });
  });

  it('refuses an invalid query, with the reason', async () => {
    const url = await start();

    const got = await get(`${url}/api/query?by=fortnight`);

    expect(got.status).toBe(400);
    expect(JSON.parse(got.text)).toEqual({
      error: {
        code: 'query_invalid',
        message: 'Expected "by" to be one of hour, day, week, month, year.',
        hint: 'For example ?event=purchase&measure=users&period=30d&by=day&breakdown=event.country',
      },
    });
  });

  it('runs no SQL a second time for the same load', async () => {
    const warehouse = fakeWarehouse(purchases);
    const url = await start({ warehouse });

    const first = await getJson(`${url}/api/query?by=day`);
    const second = await getJson(`${url}/api/query?by=day`);

    expect(second).toEqual(first);
    expect(warehouse.asked).toEqual(['extent', 'trend_a_present_buckets']);
  });

  it('still returns numbers when the last tick cannot be read', async () => {
    const url = await start({ readTick: () => Promise.reject(new Error('S3 is down')) });

    expect(await getJson(`${url}/api/query`)).toMatchObject({ series: [{ lines: [{ total: 1203 }] }], load_id: null });
  });
});

describe('GET /api/explain', () => {
  it('returns the SQL of a question with its parameters, rows and time, and runs nothing again', async () => {
    const warehouse = fakeWarehouse(purchases);
    const url = await start({ warehouse });
    const search = 'event=purchase&period=2026-11-01..2026-11-03&by=day';
    await getJson(`${url}/api/query?${search}`);

    const answer = await getJson(`${url}/api/explain?${search}`);

    expect(warehouse.asked).toEqual(['extent', 'trend_a_present_buckets']);
    expect(answer).toMatchObject({
      load_id: 7,
      statements: [
        { name: 'extent', tables: ['event_rollup'], rows: 1 },
        {
          name: 'trend_a_present_buckets',
          sql: expect.stringContaining('event_name = :p3'),
          params: { p1: '2026-11-01 00:00:00', p2: '2026-11-04 00:00:00', p3: 'purchase' },
          rows: 2,
          ms: expect.any(Number),
        },
      ],
    });
  });
});

describe('GET /api/freshness', () => {
  it('returns the instant up to which everything is loaded', async () => {
    const url = await start();

    expect(await getJson(`${url}/api/freshness`)).toEqual({
      loaded_up_to: '2026-11-03T19:58:00.000Z',
      checked_at: '2026-11-03T19:59:00.000Z',
      load_id: 7,
      parked: 0,
    });
  });

  it('returns nulls before the first tick', async () => {
    const url = await start({ readTick: async () => undefined });

    expect(await getJson(`${url}/api/freshness`)).toEqual({
      loaded_up_to: null,
      checked_at: null,
      load_id: null,
      parked: 0,
    });
  });
});

describe('an error', () => {
  it('of the warehouse has a code, a message and a hint, but no stack', async () => {
    const failure = new WarehouseError('statement_failed', 'Expected extent to finish.', {
      isRetryable: true,
      hint: 'Try later.',
    });
    const url = await start({ warehouse: fakeWarehouse(() => Promise.reject(failure)) });

    const got = await get(`${url}/api/query`);

    expect(got.status).toBe(503);
    expect(JSON.parse(got.text)).toEqual({
      error: { code: 'statement_failed', message: 'Expected extent to finish.', hint: 'Try later.' },
    });
  });

  it('that nobody expected reveals nothing', async () => {
    const url = await start({ warehouse: fakeWarehouse(() => Promise.reject(new Error('password is hunter2'))) });

    const got = await get(`${url}/api/events`);

    expect([got.status, got.headers['cache-control']]).toEqual([500, 'no-store']);
    expect(got.text).not.toMatch(/hunter2|at .*\.ts/);
  });

  it('is returned when the warehouse takes too long', async () => {
    const url = await start({ warehouse: fakeWarehouse(() => new Promise(() => undefined)), queryTimeoutMs: 5 });

    expect(await getJson(`${url}/api/query`)).toMatchObject({ error: { code: 'query_timeout' } });
  });

  it.each(['/nothing', '/api/nothing', '/%ff', '/../env.ts'])('for %s is JSON', async (path) => {
    const url = await start();

    const got = await get(`${url}${path}`);

    expect(got.status).toBeGreaterThanOrEqual(400);
    expect(got.status).toBeLessThan(500);
    expect(JSON.parse(got.text)).toMatchObject({ error: { code: expect.any(String) } });
  });
});

describe('safety', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example'])(
    'refuses the host %s',
    async (host) => {
      const url = await start();

      const got = await get(`${url}/api/events`, { host });

      expect([got.status, JSON.parse(got.text).error.code]).toEqual([403, 'host_refused']);
    },
  );

  it.each(['localhost', '[::1]', 'LOCALHOST'])('serves the host %s with its port', async (name) => {
    const url = await start();

    expect((await get(`${url}/`, { host: `${name}:${new URL(url).port}` })).status).toBe(200);
  });

  it('serves any host when it serves other machines', async () => {
    const url = await start({ host: '0.0.0.0' });

    expect((await get(`${url}/`, { host: 'insights.example' })).status).toBe(200);
  });

  it('starts no query for another site', async () => {
    const warehouse = fakeWarehouse(purchases);
    const url = await start({ warehouse });

    const got = await get(`${url}/api/events`, { 'sec-fetch-site': 'cross-site' });

    expect([got.status, warehouse.asked]).toEqual([403, []]);
  });

  it.each(['/', '/api/events', '/nothing'])('sends its headers with %s', async (path) => {
    const url = await start();

    const { headers } = await get(`${url}${path}`);

    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('the page', () => {
  it('is revalidated each time, and its hashed files never', async () => {
    const url = await start();

    expect((await get(`${url}/?period=7d`)).headers['cache-control']).toBe('no-cache');
    expect((await get(`${url}/app.ABCD1234.js`)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get(`${url}/api/events`)).headers['cache-control']).toBe('private, no-cache');
  });

  it('cannot be served on a port that is in use', async () => {
    const url = await start();

    await expect(start({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'insights_port' });
  });
});
