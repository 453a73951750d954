import type { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { describe, expect, it } from 'vitest';
import { putLines } from '../../src/firehose/put-records.ts';

/** Firehose at the port: `refuse` says which records of a call, by their text, are refused. */
function aFirehose(refuse: (text: string, call: number) => boolean) {
  const stored: string[] = [];
  let calls = 0;
  const send = async ({ input }: PutRecordBatchCommand) => {
    calls += 1;
    const responses = (input.Records ?? []).map(({ Data }) => {
      const text = Buffer.from(Data ?? []).toString();
      if (refuse(text, calls)) return { ErrorCode: 'ServiceUnavailableException' };
      stored.push(text);
      return { RecordId: `r${stored.length}` };
    });
    return {
      FailedPutCount: responses.filter((one) => one.RecordId === undefined).length,
      RequestResponses: responses,
    };
  };
  return { stored, target: { firehose: { send } as unknown as FirehoseClient, stream: 'events' } };
}

const lines = Array.from({ length: 20 }, (_, index) => `${index}${'x'.repeat(6_000)}\n`);

describe('lines', () => {
  it('are stored once although a call refuses some of its records', async () => {
    const { stored, target } = aFirehose((text, call) => call === 1 && Number.parseInt(text, 10) % 3 === 0);

    expect(await putLines(target, lines)).toEqual([]);
    expect(stored.sort()).toEqual([...lines].sort());
  });

  it('that stay refused are named, and only these', async () => {
    const { stored, target } = aFirehose((text) => text.startsWith('7x') || text.startsWith('13x'));

    expect(await putLines(target, lines)).toEqual([7, 13]);
    expect(stored.length).toBe(18);
  });

  it('are all named when Firehose cannot be reached', async () => {
    const firehose = { send: () => Promise.reject(new Error('connect ECONNREFUSED')) } as unknown as FirehoseClient;

    expect(await putLines({ firehose, stream: 'events' }, lines.slice(0, 2))).toEqual([0, 1]);
  });
});
