import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent, request, startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ directMerge: 'off' });
});
afterAll(() => stack.stop());

interface Wire {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer; each test says what it expects of it.
  readonly body: any;
  readonly retryAfter: string | null;
}

async function send(path: string, options: RequestInit = {}): Promise<Wire> {
  const answer = await fetch(`${stack.facts.api}${path}`, {
    method: 'POST',
    ...options,
    headers: {
      authorization: `Bearer ${stack.facts.serverKey}`,
      'content-type': 'application/json',
      ...options.headers,
    },
  });
  return { status: answer.status, body: await answer.json(), retryAfter: answer.headers.get('retry-after') };
}

it('health needs no key', async () => {
  expect((await fetch(`${stack.facts.api}/health`)).status).toBe(200);
});

it.each([
  ['no key', ''],
  ['a key of the wrong form', 'Bearer x'],
  ['an unknown key', `Bearer dl_s_00000000_${'A'.repeat(43)}`],
])('a request with %s is answered 401 key_unknown', async (_, authorization) => {
  const answer = await send('/v1/events', { body: '{"events":[]}', headers: { authorization } });

  expect(answer).toMatchObject({ status: 401, body: { error: { code: 'key_unknown' } } });
  expect(answer.body.error.hint).toContain('Authorization');
});

it.each([
  ['no JSON', '/v1/events', '{', 400, 'body_not_json'],
  ['an array', '/v1/events', '[]', 400, 'body_invalid'],
  ['the field of another route', '/v1/events', '{"users":[]}', 400, 'body_invalid'],
  ['501 events', '/v1/events', JSON.stringify({ events: Array(501).fill({}) }), 413, 'too_many_items'],
  ['5 MB', '/v1/events', JSON.stringify({ events: [], filler: 'x'.repeat(5_000_000) }), 413, 'body_too_large'],
  ['a depth bomb', '/v1/events', '['.repeat(100_000), 400, 'body_too_deep'],
])('a body with %s is answered with an error that says so', async (_, path, body, status, code) => {
  expect(await send(path, { body })).toMatchObject({ status, body: { error: { code } } });
});

it.each(['gzip', 'GZIP', 'x-gzip, identity'])('a body may be gzip, under the content encoding %s', async (coding) => {
  const body = gzipSync(`\ufeff${JSON.stringify({ events: [anEvent()] })}`);

  const answer = await send('/v1/events', {
    body,
    headers: { 'content-encoding': coding, 'content-type': 'Application/JSON; charset="UTF-8"' },
  });

  expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } });
});

it('an empty list is accepted', async () => {
  expect(await send('/v1/events', { body: '{"events":[]}' })).toMatchObject({ status: 200, body: { accepted: 0 } });
});

it('a user is updated under its path, also with the characters that a path takes', async () => {
  const answer = await send('/v1/users/a.b_c~d@e:f-g', { method: 'PATCH', body: '{"set":{"plan":"pro"}}' });
  await stack.load();

  expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  expect(await stack.sql('SELECT user_attributes FROM dataloaf.users WHERE user_id = $1', ['a.b_c~d@e:f-g'])).toEqual([
    { user_attributes: { plan: 'pro' } },
  ]);
});

it.each([['a%20b'], ['J%C3%B6rg'], ['x%2Fy'], ['%ff']])(
  'a path with %s is refused: such users go through the batch',
  async (id) => {
    const answer = await send(`/v1/users/${id}`, { method: 'PATCH', body: '{"set":{"plan":"pro"}}' });

    expect([400, 404]).toContain(answer.status);
  },
);

it('an item with a very long array is rejected alone', async () => {
  const answer = await stack.sendEvents([anEvent({ event_attributes: { a: Array(500_000).fill(0) } }), anEvent()]);

  expect(answer).toMatchObject({
    status: 200,
    body: { accepted: 1, rejected: [{ index: 0, code: 'item_too_large' }] },
  });
});

it('an item in which a key comes twice is rejected alone', async () => {
  const twice = JSON.stringify(anEvent({ event_attributes: { a: 1, b: 2 } })).replace('"b"', '"\\u0061"');
  const body = `{"events":[${twice},${JSON.stringify(anEvent())}]}`;

  expect(await send('/v1/events', { body })).toMatchObject({
    status: 200,
    body: { accepted: 1, rejected: [{ index: 0, code: 'attribute_repeated' }] },
  });
});

it('a single update that names a user in its body too is refused', async () => {
  const answer = await send('/v1/users/u1', { method: 'PATCH', body: '{"user_id":"u2","set":{"plan":"pro"}}' });

  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'body_invalid' } } });
});

it('a 503 says when to retry', async () => {
  stack.admin.faults.add([{ kind: 'firehose_fails', times: 5 }]);

  const answer = await send('/v1/events', { body: JSON.stringify({ events: [anEvent({ event_id: 'late' })] }) });

  expect(answer).toMatchObject({
    status: 503,
    retryAfter: '1',
    body: { accepted: 0, retry: [{ index: 0, id: 'late' }] },
  });
});

it('a browser key creates events under ids of its own, and nothing else', async () => {
  const id = '0190a0a0-0000-7000-8000-000000000001';
  const { api, browserKey, serverKey } = stack.facts;
  const collect = (key: string, events: readonly object[]) =>
    request(`${api}/v1/collect`, { method: 'POST', key: '', body: { key, events } });
  await stack.sendEvents([anEvent({ event_id: id, event_name: 'from_server' })]);

  const accepted = await collect(browserKey, [{ event_id: id, event_name: 'page_viewed', user_id: 'v1' }]);
  const refused = await collect(browserKey, [{ event_id: 'e1', event_name: 'page_viewed', user_id: 'v1' }]);
  const wrongKind = await collect(serverKey, []);
  const users = await request(`${api}/v1/users`, {
    method: 'POST',
    key: browserKey,
    body: { users: [{ user_id: 'v1' }] },
  });
  await stack.load();

  expect(accepted.body).toEqual({ accepted: 1, rejected: [] });
  expect(refused.body).toMatchObject({ accepted: 0, rejected: [{ code: 'id_invalid' }] });
  expect([wrongKind.status, users.status]).toEqual([403, 403]);
  const rows = await stack.sql("SELECT event_name FROM dataloaf.events WHERE event_id LIKE '%0190a0a0%' ORDER BY 1");
  expect(rows).toEqual([{ event_name: 'from_server' }, { event_name: 'page_viewed' }]);
});
