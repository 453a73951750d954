import type { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { S3Client } from '@aws-sdk/client-s3';
import { RequestError } from '@dataloaf/core/errors';
import type { HttpRequest } from '@dataloaf/core/lambda/api-gateway';
import type { KeyKind } from '@dataloaf/core/lambda/keys';
import { describe, expect, it } from 'vitest';
import { acceptUpdates, type MergePorts } from '../src/accept-updates.ts';

/** Fake keys, Firehose, S3 and warehouse that note the order of calls. With `refuse`, Firehose refuses every record. */
function aWorld({ refuse = false } = {}) {
  const order: string[] = [];
  const lines: string[] = [];
  const applied: string[][] = [];
  const firehose = {
    async send({ input }: PutRecordBatchCommand) {
      order.push('firehose');
      const records = input.Records ?? [];
      if (refuse) {
        return { FailedPutCount: records.length, RequestResponses: records.map(() => ({ ErrorCode: 'busy' })) };
      }
      for (const { Data } of records)
        lines.push(
          ...Buffer.from(Data ?? [])
            .toString()
            .trimEnd()
            .split('\n'),
        );
      return { FailedPutCount: 0, RequestResponses: records.map(() => ({ RecordId: 'r' })) };
    },
  } as unknown as FirehoseClient;
  const s3 = { send: async () => void order.push('s3') } as unknown as S3Client;
  const ports: MergePorts = {
    async authorize(sent: string | undefined, kind: KeyKind) {
      if (sent === kind) return { id: 'k1', kind, sha256: '' };
      throw new RequestError(401, 'key_unknown', { message: 'no' });
    },
    users: { firehose, stream: 'u', kind: 'users', rejectLog: { s3, bucket: 'dl-users' } },
    arrival: { nowMs: Date.parse('2026-11-22T06:00:00Z'), newId: () => 'made-up' },
    directMerge: {
      async apply(stored) {
        order.push('warehouse');
        applied.push([...stored]);
      },
    },
  };
  return { ports, lines, applied, order };
}

const aRequest = (body: unknown, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  routeKey: 'PATCH /v1/users',
  headers: { authorization: 'Bearer server' },
  requestContext: { requestId: 'r1' },
  body: JSON.stringify(body),
  isBase64Encoded: false,
  ...changes,
});

const single = (userId: string, body: unknown): HttpRequest =>
  aRequest(body, { routeKey: 'PATCH /v1/users/{user_id}', pathParameters: { user_id: userId } });

describe('updates', () => {
  it('are durable in Firehose before they are applied to the warehouse', async () => {
    const { ports, order, lines, applied } = aWorld();

    const answer = await acceptUpdates(aRequest({ updates: [{ user_id: 'u1', set: { plan: 'pro' } }] }), ports);

    expect(order).toEqual(['firehose', 'warehouse']);
    expect(applied).toEqual([lines.map((line) => `${line}\n`)]);
    expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([200, { accepted: 1, rejected: [] }]);
  });

  it('that Firehose refuses are not applied, and come back for a retry', async () => {
    const { ports, applied } = aWorld({ refuse: true });

    const answer = await acceptUpdates(
      aRequest({ updates: [{ op_id: 'o1', user_id: 'u1', set: { plan: 'pro' } }] }),
      ports,
    );

    expect(applied).toEqual([[]]);
    expect([answer.statusCode, JSON.parse(answer.body).retry]).toEqual([503, [{ index: 0, id: 'o1' }]]);
  });

  it('are decided one by one: a rejected one does not hold up the others', async () => {
    const { ports, lines } = aWorld();
    const updates = [{ user_id: 'u1' }, { user_id: 'u2', set: { plan: 'pro' } }];

    const answer = await acceptUpdates(aRequest({ updates }), ports);

    expect(lines.map((line) => JSON.parse(line).user_id)).toEqual(['u2']);
    expect(JSON.parse(answer.body)).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'update_empty' }] });
  });

  it('need a server key, before anything of the body is read', async () => {
    const { ports, order } = aWorld();
    const request = aRequest({}, { headers: { authorization: 'Bearer browser' }, body: '{' });

    await expect(acceptUpdates(request, ports)).rejects.toMatchObject({ status: 401 });
    expect(order).toEqual([]);
  });
});

describe('a single update', () => {
  it('takes the user id from the path', async () => {
    const { ports, lines } = aWorld();

    await acceptUpdates(single('a@b.c', { set: { plan: 'pro' } }), ports);

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ op_id: 'made-up', user_id: 'a@b.c' }]);
  });

  it('in which a key comes twice is a rejected item', async () => {
    const { ports, lines } = aWorld();

    const answer = await acceptUpdates({ ...single('u1', {}), body: '{"set":{"a":1},"set":{"b":1}}' }, ports);

    expect(JSON.parse(answer.body)).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, code: 'attribute_repeated' }],
    });
    expect(lines).toEqual([]);
  });

  it.each(['', 'a b', 'a/b', 'ü'])('is refused with 400 for the id %j in the path', async (userId) => {
    const { ports } = aWorld();

    await expect(acceptUpdates(single(userId, { set: {} }), ports)).rejects.toMatchObject({
      status: 400,
      code: 'user_id_invalid',
      hint: expect.stringContaining('PATCH /v1/users'),
    });
  });

  it.each([
    ['a second user id', { user_id: 'u1', set: {} }],
    ['an array', [{ set: {} }]],
    ['null', null],
  ])('is refused with 400 when the body is or has %s', async (_, body) => {
    const { ports } = aWorld();

    await expect(acceptUpdates(single('u1', body), ports)).rejects.toMatchObject({
      status: 400,
      code: 'body_invalid',
    });
  });
});
