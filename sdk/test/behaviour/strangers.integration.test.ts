/** Answers that are not from our API: a balancer, a proxy, a firewall, another server. */
import { describe, expect, it } from 'vitest';
import type { SdkLogger } from '../../src/types.ts';
import { acceptAll, type TestAnswer } from '../tools/api-server.ts';
import { aClient, anApi, until } from '../tools/test-client.ts';

const PAGE = '<html><body>Sorry</body></html>';
const STATUSES = [301, 308, 400, 401, 402, 403, 404, 405, 411, 413, 415, 422];

function aLog(): { readonly lines: string[]; readonly logger: SdkLogger } {
  const lines: string[] = [];
  const note = (fields: unknown, message?: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`);
  return { lines, logger: { debug: () => undefined, info: () => undefined, warn: note, error: note } };
}

async function deliverAfter(answer: TestAnswer) {
  const api = await anApi((_, count) => (count === 2 ? answer : undefined));
  const { client, drops } = aClient({ endpoint: api.endpoint });
  client.createEvent({ name: 'first', userId: 'u1' });
  await client.flush();
  client.createEvent({ name: 'second', userId: 'u1' });
  await client.flush();
  return { status: answer.status, drops, names: api.accepted.map(({ event_name }) => event_name) };
}

describe('a stranger in front of the API', () => {
  it('never decides an item, whatever its status', async () => {
    const results = await Promise.all(STATUSES.map((status) => deliverAfter({ status, body: PAGE })));

    for (const { status, drops, names } of results) {
      expect([status, drops, names]).toEqual([status, [], ['first', 'second']]);
    }
  });

  it('may allow small bodies only: a request is split, and no item is lost', async () => {
    const api = await anApi(({ text }) => (text.length > 1_500 ? { status: 413, body: PAGE } : undefined));
    const { client, drops } = aClient({ endpoint: api.endpoint });

    for (let index = 0; index < 30; index += 1) client.createEvent({ name: 'seen', userId: 'u1' });
    await client.flush();

    expect(drops).toEqual([]);
    expect(api.accepted).toHaveLength(30);
  });

  it('keeps a single item that a stranger finds too large', async () => {
    const api = await anApi(() => ({ status: 413, body: PAGE }));
    const { lines, logger } = aLog();
    const { client, drops } = aClient({ endpoint: api.endpoint, logger });

    client.createEvent({ name: 'seen', userId: 'u1' });
    await until(() => lines.length > 0);
    const result = await client.shutdown({ timeout: 0 });

    expect([result.persisted, result.dropped, drops]).toEqual([1, 0, []]);
    expect(lines).toEqual([expect.stringContaining('client_max_body_size')]);
  });

  it('is reported once, with its status, where it points and what to do, until that changes', async () => {
    let status = 308;
    const api = await anApi(({ path }) => ({ status, headers: { location: `https://new.example.com${path}?key=1` } }));
    const { lines, logger } = aLog();
    const errors: Error[] = [];
    const { client } = aClient({ endpoint: api.endpoint, logger, onError: (error) => errors.push(error) });

    client.createEvent({ name: 'seen', userId: 'u1' });
    client.createUser('u1', { plan: 'free' });
    await until(() => api.requests.length >= 4);
    status = 405;
    await until(() => lines.length > 1);

    expect(lines).toEqual([
      expect.stringMatching(/HTTP 308\) with Location https:\/\/new\.example\.com\/v1\/\w+\..*`endpoint` to https:/),
      expect.stringMatching(/HTTP 405.*POST and PATCH/),
    ]);
    expect(errors).toHaveLength(2);
  });
});

describe('an http endpoint of another machine', () => {
  it('is reported once, and one of this machine never', async () => {
    const { lines, logger } = aLog();
    const there = aClient({ endpoint: 'http://dataloaf.invalid/base', logger }).client;
    there.createEvent({ name: 'seen', userId: 'u1' });
    there.createEvent({ name: 'seen', userId: 'u1' });
    await there.shutdown({ timeout: 0 });

    const here = aClient({ endpoint: (await anApi()).endpoint, logger }).client;
    here.createEvent({ name: 'seen', userId: 'u1' });
    await here.shutdown();

    const warnings = lines.filter((line) => line.includes('use https'));
    expect(warnings).toEqual([expect.stringContaining('"endpoint":"http://dataloaf.invalid"')]);
  });
});

describe('pauses', () => {
  it.each(['0', '1.5', '-1', 'soon'])('are at least the minimum when a 503 says Retry-After: %s', async (header) => {
    const times: number[] = [];
    const api = await anApi((request) => {
      times.push(performance.now());
      return times.length < 9 ? { status: 503, headers: { 'retry-after': header }, body: PAGE } : acceptAll(request);
    });
    const { client } = aClient({ endpoint: api.endpoint, retry: { minDelay: 20, maxDelay: 40 } });

    client.createEvent({ name: 'seen', userId: 'u1' });
    await client.flush();

    const pauses = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
    // Timers may fire a millisecond early.
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(19);
  });

  it('also follow a 503 that stores a part of the items', async () => {
    const times: number[] = [];
    const api = await anApi(({ items }) => {
      times.push(performance.now());
      if (items.length === 1) return undefined;
      const retry = items.slice(1).map(({ event_id: id }, index) => ({ index: index + 1, id }));
      return { status: 503, headers: { 'retry-after': '0' }, body: { accepted: 1, rejected: [], retry } };
    });
    const { client } = aClient({ endpoint: api.endpoint, retry: { minDelay: 20, maxDelay: 40 } });

    for (let index = 0; index < 4; index += 1) client.createEvent({ name: 'seen', userId: 'u1' });
    await client.flush();

    const pauses = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
    expect(pauses).toHaveLength(3);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(19);
    expect(api.accepted).toHaveLength(4);
  });
});
