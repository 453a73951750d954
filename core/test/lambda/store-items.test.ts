import type { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/lambda/decide.ts';
import { type StorePorts, storeItems } from '../../src/lambda/store-items.ts';

/** Long lines, so that each is a Firehose record of its own. */
const aLine = (name: string): string => `${name}${'x'.repeat(6_000)}\n`;
const aDecision = (changes: Partial<Decision> = {}): Decision => ({
  lines: [
    { line: aLine('a'), id: 'a', index: 0 },
    { line: aLine('b'), id: null, index: 2 },
  ],
  rejected: [{ index: 1, id: 'bad', code: 'time_invalid', message: 'no time' }],
  ...changes,
});
const FACTS = {
  requestId: 'req-1',
  arrivedAt: new Date('2026-11-22T06:16:03.123Z'),
  items: { items: ['a', { n: 'bad' }, 'b'], repeated: new Map() },
};

/** Firehose and S3 that note, in one list, what they store. `refuse` names lines that Firehose refuses. */
function aWorld({ refuse = [] as readonly string[], s3Error = undefined as Error | undefined } = {}) {
  const stored: string[] = [];
  const objects: PutObjectCommandInput[] = [];
  const order: string[] = [];
  const firehose = {
    async send({ input }: PutRecordBatchCommand) {
      order.push('firehose');
      const results = (input.Records ?? []).map(({ Data }) => {
        const line = Buffer.from(Data ?? []).toString();
        if (refuse.some((name) => line.startsWith(name))) return { ErrorCode: 'ServiceUnavailableException' };
        stored.push(line.slice(0, 1));
        return { RecordId: 'r' };
      });
      return {
        FailedPutCount: results.filter((each) => each.RecordId === undefined).length,
        RequestResponses: results,
      };
    },
  } as unknown as FirehoseClient;
  const s3 = {
    async send({ input }: { input: PutObjectCommandInput }) {
      if (s3Error !== undefined) throw s3Error;
      order.push('s3');
      objects.push(input);
    },
  } as unknown as S3Client;
  const ports: StorePorts = { firehose, stream: 's', kind: 'events', rejectLog: { s3, bucket: 'dl-events' } };
  return { ports, stored, objects, order };
}

describe('storeItems', () => {
  it('stores the rejected items before the accepted lines', async () => {
    const { ports, stored, order } = aWorld();

    const outcome = await storeItems(ports, aDecision(), FACTS);

    expect(order).toEqual(['s3', 'firehose']);
    expect(stored).toEqual(['a', 'b']);
    expect(outcome).toEqual({ stored: aDecision().lines, refused: [] });
  });

  it('stores each rejected item as it came, with its reason, in one object of the request', async () => {
    const { ports, objects } = aWorld();

    await storeItems(ports, aDecision(), FACTS);

    expect(objects).toEqual([
      {
        Bucket: 'dl-events',
        Key: 'rejected/v1/events/dt=2026-11-22/hr=06/2026-11-22T06-16-03.123Z-req-1.ndjson',
        Body: '{"index":1,"id":"bad","code":"time_invalid","message":"no time","item":{"n":"bad"}}\n',
      },
    ]);
  });

  it('stores a rejected item with a repeated key as it was sent', async () => {
    const { ports, objects } = aWorld();
    const text = '{"n":"first","n":"bad"}';
    const items = { ...FACTS.items, repeated: new Map([[1, { name: 'n', text }]]) };

    await storeItems(ports, aDecision(), { ...FACTS, items });

    expect(objects[0]?.Body).toBe(`{"index":1,"id":"bad","code":"time_invalid","message":"no time","item":${text}}\n`);
  });

  it('stores nothing, and asks for a retry, when the rejected items cannot be stored', async () => {
    const { ports, stored } = aWorld({ s3Error: new Error('S3 is down') });

    await expect(storeItems(ports, aDecision(), FACTS)).rejects.toMatchObject({
      status: 503,
      code: 'rejects_not_kept',
    });
    expect(stored).toEqual([]);
  });

  it('writes no object without rejected items', async () => {
    const { ports, objects } = aWorld();

    await storeItems(ports, aDecision({ rejected: [] }), FACTS);

    expect(objects).toEqual([]);
  });

  it('writes no object without a reject log', async () => {
    const { ports, objects } = aWorld();

    await storeItems({ ...ports, rejectLog: undefined }, aDecision(), FACTS);

    expect(objects).toEqual([]);
  });

  it('separates the lines that Firehose keeps refusing', async () => {
    const { ports } = aWorld({ refuse: ['a'] });

    const { stored, refused } = await storeItems(ports, aDecision(), FACTS);

    expect([stored.map(({ index }) => index), refused.map(({ index }) => index)]).toEqual([[2], [0]]);
  });

  it('does not call Firehose when every item is rejected', async () => {
    const { ports, order } = aWorld();

    const outcome = await storeItems(ports, aDecision({ lines: [] }), FACTS);

    expect(order).toEqual(['s3']);
    expect(outcome).toEqual({ stored: [], refused: [] });
  });
});
