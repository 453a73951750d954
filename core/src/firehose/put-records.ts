/**
 * Puts lines into a Firehose stream. A call that succeeds may still have refused single records: each record's own
 * result is checked, and only refused ones are sent again, with jitter, a few times.
 */
import { type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import pRetry from 'p-retry';
import { StorageError } from '../errors.ts';
import { PUT_ATTEMPTS_MAX } from '../limits.ts';
import { groupRecords, type PackedRecord, packRecords } from './pack-records.ts';

export interface PutTarget {
  /** With `maxAttempts: 1`: retries happen here. */
  readonly firehose: FirehoseClient;
  readonly stream: string;
}

/** Positions of the lines that are not stored. Empty: all are durably in Firehose. Never throws. */
export async function putLines(target: PutTarget, lines: readonly string[]): Promise<readonly number[]> {
  const refused = await Promise.all(groupRecords(packRecords(lines)).map((group) => putGroup(target, group)));
  return refused.flat().flatMap((record) => record.indexes);
}

/** The records that are still refused after the last attempt. */
async function putGroup(target: PutTarget, group: readonly PackedRecord[]): Promise<readonly PackedRecord[]> {
  let open = group;
  const attempt = async (): Promise<void> => {
    open = await putOnce(target, open);
    if (open.length > 0) throw new StorageError('records_refused', `Firehose refused ${open.length} records.`);
  };
  try {
    await pRetry(attempt, {
      retries: PUT_ATTEMPTS_MAX - 1,
      minTimeout: 50,
      maxTimeout: 2_000,
      randomize: true,
    });
  } catch {
    // What is open is the answer: the client sends it again.
  }
  return open;
}

async function putOnce({ firehose, stream }: PutTarget, records: readonly PackedRecord[]): Promise<PackedRecord[]> {
  const answer = await firehose.send(
    new PutRecordBatchCommand({ DeliveryStreamName: stream, Records: records.map(({ data }) => ({ Data: data })) }),
  );
  if (answer.FailedPutCount === 0) return [];
  return records.filter((_, index) => answer.RequestResponses?.[index]?.RecordId === undefined);
}
