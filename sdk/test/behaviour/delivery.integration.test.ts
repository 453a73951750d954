import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { acceptAll, apiError, idOfItem } from '../tools/api-server.ts';
import { aClient, anApi, filesIn, until } from '../tools/test-client.ts';

const deadLetters = (dir: string): { code: string; item: { event_id: string } }[] =>
  filesIn(dir)
    .filter((name) => name.endsWith('.ndjson'))
    .flatMap((name) => fs.readFileSync(path.join(dir, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line));

describe('delivery', () => {
  it('sends events, users and updates each to their route, with ids and times', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint });

    client.createEvent({ name: 'paid', userId: 'u1', attributes: { total: 12 } });
    client.createUser('u1', { plan: 'free' });
    client.updateUser('u1', { plan: 'pro' }, { unset: ['trial'], increment: { logins: 1 } });
    await client.flush();

    const sent = api.requests.map(({ method, path: route, key, items }) => ({ method, route, key, items }));
    expect(sent).toContainEqual({
      method: 'POST',
      route: '/v1/events',
      key: 'Bearer dl_s_test',
      items: [
        {
          event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          event_name: 'paid',
          user_id: 'u1',
          event_created: expect.stringMatching(/Z$/),
          event_attributes: { total: 12 },
        },
      ],
    });
    const operation = { op_id: expect.any(String), op_at: expect.stringMatching(/Z$/), user_id: 'u1' };
    expect(sent).toContainEqual({
      method: 'POST',
      route: '/v1/users',
      key: 'Bearer dl_s_test',
      items: [{ ...operation, user_attributes: { plan: 'free' } }],
    });
    expect(sent).toContainEqual({
      method: 'PATCH',
      route: '/v1/users',
      key: 'Bearer dl_s_test',
      items: [{ ...operation, set: { plan: 'pro' }, unset: ['trial'], increment: { logins: 1 } }],
    });
  });

  it('bounds a batch by count and by bytes', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint, flushAt: 40, maxBatchBytes: 4_096 });

    for (let index = 0; index < 100; index += 1) client.createEvent({ name: 'small', userId: 'u1' });
    for (let index = 0; index < 20; index += 1) {
      client.createEvent({ name: 'big', userId: 'u1', attributes: { text: 'x'.repeat(1_000) } });
    }
    await client.flush();

    expect(api.accepted).toHaveLength(120);
    expect(Math.max(...api.requests.map(({ items }) => items.length))).toBeLessThanOrEqual(40);
    expect(Math.max(...api.requests.map(({ text }) => text.length))).toBeLessThanOrEqual(4_096 + 20);
  });

  it('reports rejected items, keeps them in the dead-letter file, and delivers the rest', async () => {
    const api = await anApi(({ items }) => ({
      status: 200,
      body: {
        accepted: items.length - 1,
        rejected: [{ index: 1, id: idOfItem(items[1] ?? { user_id: '' }), code: 'name_invalid', message: 'no' }],
      },
    }));
    const { client, drops, dir } = aClient({ endpoint: api.endpoint });

    const captured = ['a', 'b', 'c'].map((name) => client.createEvent({ name, userId: 'u1' }));
    await client.flush();
    await until(() => drops.length === 1);

    expect(api.accepted.map(({ event_name }) => event_name)).toEqual(['a', 'c']);
    const id = captured[1]?.id;
    expect(drops).toEqual([{ id, kind: 'event', reason: 'rejected', code: 'name_invalid', message: 'no' }]);
    expect(deadLetters(dir)).toMatchObject([{ code: 'name_invalid', item: { event_id: id } }]);
  });

  it('resends only the items that a 503 names, with the same id and bytes', async () => {
    const api = await anApi(({ items }, count) =>
      count === 1
        ? {
            status: 503,
            headers: { 'retry-after': '0' },
            body: {
              accepted: items.length - 2,
              rejected: [],
              retry: [0, 2].map((index) => ({ index, id: items[index]?.event_id })),
            },
          }
        : undefined,
    );
    const { client } = aClient({ endpoint: api.endpoint });

    for (const name of ['a', 'b', 'c']) client.createEvent({ name, userId: 'u1', attributes: { name } });
    await client.flush();

    const [first, second] = api.requests;
    expect(second?.items).toEqual([first?.items[0], first?.items[2]]);
    expect(api.accepted.map(({ event_name }) => event_name).sort()).toEqual(['a', 'b', 'c']);
    expect(client.stats()).toMatchObject({ delivered: 3, requeued: 2, pendingItems: 0 });
  });

  it('splits a request that is too large until it fits, and drops only an item that is too large alone', async () => {
    const api = await anApi(({ items, text }) => {
      const isHuge = items.some((item) => item.event_name === 'huge');
      return isHuge || text.length > 1_500 ? apiError(413, 'body_too_large') : undefined;
    });
    const { client, drops } = aClient({ endpoint: api.endpoint });

    for (let index = 0; index < 30; index += 1) {
      client.createEvent({ name: index === 17 ? 'huge' : 'normal', userId: 'u1' });
    }
    await client.flush();
    await until(() => drops.length > 0);

    expect(api.accepted).toHaveLength(29);
    expect(drops).toMatchObject([{ kind: 'event', reason: 'rejected', code: 'body_too_large' }]);
  });

  it('finds the one item that makes a request unreadable, by bisection', async () => {
    const api = await anApi(({ items }) =>
      items.some((item) => item.event_name === 'poison') ? apiError(400, 'body_not_json') : undefined,
    );
    const { client, drops, dir } = aClient({ endpoint: api.endpoint });

    const ids = Array.from({ length: 64 }, (_, index) => {
      return client.createEvent({ name: index === 40 ? 'poison' : 'fine', userId: 'u1' }).id;
    });
    await client.flush();
    await until(() => drops.length > 0);

    expect(new Set(api.accepted.map(idOfItem)).size).toBe(63);
    expect(api.accepted).toHaveLength(63);
    expect(drops).toMatchObject([{ id: ids[40], reason: 'rejected', code: 'body_not_json' }]);
    expect(deadLetters(dir)).toHaveLength(1);
  });

  it.each([
    [401, 'key_unknown'],
    [403, 'key_wrong_kind'],
    [404, 'route_unknown'],
    [400, 'body_not_gzip'],
    [404, 'not_our_code'],
  ])('keeps everything when the API responds with %i %s', async (status, code) => {
    const api = await anApi(() => apiError(status, code));
    const errors: Error[] = [];
    const { client, drops, dir } = aClient({ endpoint: api.endpoint, onError: (error) => errors.push(error) });

    const { persisted } = client.createEvent({ name: 'paid', userId: 'u1' });
    expect(await persisted).toBe('disk');
    await until(() => errors.length > 0);
    const result = await client.shutdown({ timeout: 0 });

    expect(result).toMatchObject({ delivered: 0, persisted: 1, dropped: 0 });
    expect(drops).toEqual([]);
    expect(api.requests).toHaveLength(1);
    expect(filesIn(dir).some((name) => name.endsWith('.log'))).toBe(true);
  });

  it.each([
    ['500', apiError(500, 'internal')],
    ['429 with a date', { ...apiError(429, 'throttled'), headers: { 'retry-after': new Date(0).toUTCString() } }],
    ['503 that decides nothing', apiError(503, 'unavailable')],
    ['a 200 that is not ours', { status: 200, body: '<html>welcome</html>' }],
    ['a 200 that does not count every item', { status: 200, body: { accepted: 1, rejected: [] } }],
  ])('sends the same bytes again after %s', async (_, answer) => {
    const api = await anApi((__, count) => (count <= 8 ? answer : undefined));
    const { client } = aClient({ endpoint: api.endpoint });

    for (let index = 0; index < 5; index += 1)
      client.createEvent({ name: 'paid', userId: 'u1', attributes: { index } });
    await client.flush();

    expect(api.requests).toHaveLength(9);
    expect(new Set(api.requests.map(({ text }) => text)).size).toBe(1);
    expect(client.stats()).toMatchObject({ delivered: 5, pendingItems: 0 });
  });

  it('sends only one probe at a time while the API is down', async () => {
    let isDown = true;
    let open = 0;
    let openMax = 0;
    const api = await anApi((request) => (isDown ? apiError(500, 'internal') : acceptAll(request)));
    const { client } = aClient({ endpoint: api.endpoint, flushAt: 1, maxInFlight: 4 });
    const respond = api.respond;
    api.respond = (request, count) => {
      open = client.stats().inFlight;
      openMax = Math.max(openMax, open);
      return respond(request, count);
    };

    for (let index = 0; index < 12; index += 1) client.createEvent({ name: 'paid', userId: 'u1' });
    await until(() => api.requests.length > 20);
    isDown = false;
    await client.flush();

    expect(new Set(api.accepted.map(idOfItem)).size).toBe(12);
    expect(openMax).toBeLessThanOrEqual(4);
  });

  it('resolves flush only after the requests in flight', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint, flushAt: 10, maxInFlight: 2 });

    for (let index = 0; index < 95; index += 1) client.createEvent({ name: 'paid', userId: 'u1' });
    await client.flush();

    expect(api.accepted).toHaveLength(95);
    expect(client.stats()).toMatchObject({ pendingItems: 0, pendingBytes: 0 });
  });
});
