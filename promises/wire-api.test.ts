import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent, startTestStack, type TestStack } from './tools/test-stack.ts';

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
  ['no key', '', 401, 'key_unknown'],
  ['a key that is none', 'Bearer x', 401, 'key_unknown'],
  ['an unknown key', `Bearer dl_s_00000000_${'A'.repeat(43)}`, 401, 'key_unknown'],
])('a request with %s is answered %i %s', async (_, authorization, status, code) => {
  const answer = await send('/v1/events', { body: '{"events":[]}', headers: { authorization } });

  expect(answer).toMatchObject({ status, body: { error: { code } } });
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

it('a body may be gzip', async () => {
  const body = gzipSync(JSON.stringify({ events: [anEvent()] }));

  const answer = await send('/v1/events', { body, headers: { 'content-encoding': 'gzip' } });

  expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } });
});

it('no items is no error', async () => {
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

it('an item with a very long array costs neither the request nor its neighbours', async () => {
  const answer = await stack.sendEvents([anEvent({ event_attributes: { a: Array(500_000).fill(0) } }), anEvent()]);

  expect(answer).toMatchObject({
    status: 200,
    body: { accepted: 1, rejected: [{ index: 0, code: 'item_too_large' }] },
  });
});

it('a single update that names a user in its body too is refused', async () => {
  const answer = await send('/v1/users/u1', { method: 'PATCH', body: '{"user_id":"u2","set":{"plan":"pro"}}' });

  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'body_invalid' } } });
});

it('rejected items are kept with their reason before the answer', async () => {
  const s3 = createS3Client(stack.facts.aws);
  const bucket = stack.facts.buckets.events;
  const marker = `marker-${Date.now()}`;

  await stack.sendEvents([anEvent({ event_name: '', event_attributes: { marker } })]);

  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'rejected/' }));
  const texts = await Promise.all(
    objects.map(async ({ Key }) =>
      (await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString(),
    ),
  );
  const kept = texts.find((text) => text?.includes(marker));
  expect(JSON.parse(kept ?? 'null')).toMatchObject({ index: 0, code: 'name_invalid', item: { event_name: '' } });
});

it('when rejected items cannot be kept, nothing is stored and the client is asked to come back', async () => {
  const good = anEvent();
  stack.admin.faults.add([{ kind: 's3_fails', operation: 'PutObject', key: 'rejected/', times: 3 }]);

  const answer = await stack.sendEvents([good, anEvent({ event_name: '' })]);
  const again = await stack.sendEvents([good, anEvent({ event_name: '' })]);
  await stack.load();

  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'rejects_not_kept' } } });
  expect(again).toMatchObject({ status: 200, body: { accepted: 1, rejected: [{ index: 1 }] } });
  const rows = await stack.sql('SELECT 1 FROM dataloaf.events WHERE event_id = $1', [good['event_id']]);
  expect(rows.length).toBe(1);
});

it('an answer of 503 says when to come back', async () => {
  stack.admin.faults.add([{ kind: 'firehose_fails', times: 5 }]);

  const answer = await send('/v1/events', { body: JSON.stringify({ events: [anEvent({ event_id: 'late' })] }) });

  expect(answer).toMatchObject({
    status: 503,
    retryAfter: '1',
    body: { accepted: 0, retry: [{ index: 0, id: 'late' }] },
  });
});

it('an event whose acknowledgement got lost is sent again and arrives once', async () => {
  const event = anEvent();
  stack.admin.faults.add([{ kind: 'firehose_fails', when: 'after', times: 1 }]);

  const answer = await stack.sendEvents([event]);
  await stack.load();

  expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  const rows = await stack.sql('SELECT 1 FROM dataloaf.events WHERE event_id = $1', [event['event_id']]);
  expect(rows.length).toBe(1);
});
