import type { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { S3Client } from '@aws-sdk/client-s3';
import { RequestError } from '@dataloaf/core/errors';
import type { HttpRequest } from '@dataloaf/core/lambda/api-gateway';
import type { KeyKind } from '@dataloaf/core/lambda/keys';
import { describe, expect, it } from 'vitest';
import { acceptRequest, type IngestPorts } from '../src/accept.ts';

const UUID = '0190a0a0-0000-7000-8000-000000000001';

/** Fake keys, Firehose and S3. With `refuse`, Firehose refuses every record. */
function aWorld({ refuse = false } = {}) {
  const lines: string[] = [];
  const kept: string[] = [];
  const logged: object[] = [];
  const send = async ({ input }: PutRecordBatchCommand) => {
    const records = input.Records ?? [];
    if (refuse) return { FailedPutCount: records.length, RequestResponses: records.map(() => ({ ErrorCode: 'busy' })) };
    for (const { Data } of records)
      lines.push(
        ...Buffer.from(Data ?? [])
          .toString()
          .trimEnd()
          .split('\n'),
      );
    return { FailedPutCount: 0, RequestResponses: records.map(() => ({ RecordId: 'r' })) };
  };
  const firehose = { send } as unknown as FirehoseClient;
  const s3 = {
    send: async ({ input }: { input: { Body: string } }) => void kept.push(input.Body),
  } as unknown as S3Client;
  const ports: IngestPorts = {
    async authorize(sent: string | undefined, kind: KeyKind) {
      if (sent === kind) return { id: 'k1', kind, sha256: '' };
      throw new RequestError(401, 'key_unknown', { message: 'no' });
    },
    events: { firehose, stream: 'e', kind: 'events', rejectLog: { s3, bucket: 'dl-events' } },
    users: { firehose, stream: 'u', kind: 'users', rejectLog: { s3, bucket: 'dl-users' } },
    arrival: { nowMs: Date.parse('2026-11-22T06:00:00Z'), newId: () => 'made-up' },
    log: { info: (fields: object) => void logged.push(fields) },
  };
  return { ports, lines, kept, logged };
}

const aRequest = (routeKey: string, body: object, authorization = 'Bearer server'): HttpRequest => ({
  routeKey,
  headers: { authorization },
  requestContext: { requestId: 'r1' },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});

describe('ingest', () => {
  it('reports its health without a key', async () => {
    const { ports } = aWorld();

    const answer = await acceptRequest(aRequest('GET /health', {}, ''), ports);

    expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"ok"}']);
  });

  it.each(['PATCH /v1/users', 'GET /v1/events', 'constructor'])('does not know the route %s', async (route) => {
    const { ports } = aWorld();

    await expect(acceptRequest(aRequest(route, {}), ports)).rejects.toMatchObject({ status: 404 });
  });

  it('stores events and users in their own streams', async () => {
    const { ports, lines } = aWorld();

    await acceptRequest(aRequest('POST /v1/events', { events: [{ event_name: 'paid', user_id: 'u1' }] }), ports);
    await acceptRequest(aRequest('POST /v1/users', { users: [{ user_id: 'u1' }] }), ports);

    expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['event_id', 'op_id']);
  });

  it('reads nothing of a body before it knows the key', async () => {
    const { ports } = aWorld();
    const request = { ...aRequest('POST /v1/events', {}, 'Bearer browser'), body: '{' };

    await expect(acceptRequest(request, ports)).rejects.toMatchObject({ status: 401 });
  });

  it('names what Firehose refused by the ids of the client, null for an item without one', async () => {
    const { ports } = aWorld({ refuse: true });
    const events = [
      { event_id: 'mine', event_name: 'paid', user_id: 'u1' },
      { event_name: 'paid', user_id: 'u1' },
    ];

    const answer = await acceptRequest(aRequest('POST /v1/events', { events }), ports);

    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(answer.body).retry).toEqual([
      { index: 0, id: 'mine' },
      { index: 1, id: null },
    ]);
  });

  it('rejects an item in which a key comes twice, keeps it as it was sent, and stores the others', async () => {
    const { ports, lines, kept } = aWorld();
    const bad = '{"event_id":"e1","event_name":"paid","user_id":"u1","event_attributes":{"total":1,"total":2}}';
    const body = `{"events":[${bad},{"event_id":"e2","event_name":"paid","user_id":"u1"}]}`;

    const answer = await acceptRequest({ ...aRequest('POST /v1/events', {}), body }, ports);

    const rejected = [{ index: 0, id: 'e1', code: 'attribute_repeated', message: expect.stringContaining('"total"') }];
    expect(JSON.parse(answer.body)).toEqual({ accepted: 1, rejected });
    expect(lines.map((line) => JSON.parse(line).event_id)).toEqual(['e2']);
    expect(kept[0]).toContain(`"item":${bad}}`);
  });

  it.each([
    ['POST /v1/events', '{"events":[],"events":[]}'],
    ['POST /v1/users', '{"users":[{}],"users":[]}'],
    ['POST /v1/collect', '{"key":"x","key":"browser","events":[]}'],
  ])('%s refuses a body in which a key comes twice', async (route, body) => {
    const { ports } = aWorld();

    const answer = acceptRequest({ ...aRequest(route, {}), body }, ports);

    await expect(answer).rejects.toMatchObject({ status: 400, code: 'body_invalid' });
  });

  it('keeps the ids of a browser key apart from those of servers, and answers with those that came', async () => {
    const { ports, lines } = aWorld();
    const refusing = aWorld({ refuse: true });
    const body = { key: 'browser', events: [{ event_id: UUID, event_name: 'page_viewed', user_id: 'v1' }] };

    await acceptRequest(aRequest('POST /v1/collect', body, ''), ports);
    const answer = await acceptRequest(aRequest('POST /v1/collect', body, ''), refusing.ports);

    expect(JSON.parse(lines[0] ?? '').event_id).toBe(`k1:${UUID}`);
    expect(JSON.parse(answer.body).retry).toEqual([{ index: 0, id: UUID }]);
  });

  it('counts what a browser key sends wrongly, and keeps it nowhere', async () => {
    const { ports, kept, logged } = aWorld();
    const events = [
      { event_id: 'no-uuid', event_name: 'x', user_id: 'v1' },
      { event_id: UUID, user_id: 'v1' },
    ];

    const answer = await acceptRequest(aRequest('POST /v1/collect', { key: 'browser', events }, ''), ports);

    expect(JSON.parse(answer.body)).toMatchObject({ accepted: 0, rejected: [{ index: 0 }, { index: 1 }] });
    expect([kept, logged]).toEqual([[], [{ keyId: 'k1', rejected: { id_invalid: 1, name_invalid: 1 } }]]);
  });
});
