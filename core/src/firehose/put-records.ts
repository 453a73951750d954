/**
 * Puts lines into a Firehose stream. A successful call may still refuse single records, so the result of each record is
 * checked. Only refused records are retried, with jitter, up to a limit.
 */
import { type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import pRetry from 'p-retry';
import { StorageError } from '../errors.ts';
import { PUT_ATTEMPTS_MAX } from '../limits.ts';
import { groupRecords, type PackedRecord, packRecords } from './pack-records.ts';

export interface PutPorts {
  /** Created with `maxAttempts: 1`, because this file retries. */
  readonly firehose: FirehoseClient;
  readonly stream: string;
}

/** Returns the positions of the lines that are not stored; empty when all are durably in Firehose. Never throws. */
export async function putLines(ports: PutPorts, lines: readonly string[]): Promise<readonly number[]> {
  const refused = await Promise.all(groupRecords(packRecords(lines)).map((group) => putGroup(ports, group)));
  return refused.flat().flatMap((record) => record.indexes);
}

/** Returns the records that are not stored after the last attempt. */
async function putGroup(ports: PutPorts, group: readonly PackedRecord[]): Promise<readonly PackedRecord[]> {
  let open = group;
  const attempt = async (): Promise<void> => {
    open = await putOnce(ports, open);
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
    // The open records are returned, and the client retries them.
  }
  return open;
}

async function putOnce({ firehose, stream }: PutPorts, records: readonly PackedRecord[]): Promise<PackedRecord[]> {
  const answer = await firehose.send(
    new PutRecordBatchCommand({ DeliveryStreamName: stream, Records: records.map(({ data }) => ({ Data: data })) }),
  );
  if (answer.FailedPutCount === 0) return [];
  return records.filter((_, index) => answer.RequestResponses?.[index]?.RecordId === undefined);
}
