/** Reads the last tick from S3. */
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { messageOf, StorageError } from '@dataloaf/core/errors';
import { LAST_TICK_KEY } from '@dataloaf/core/storage-keys';
import { TICK_READ_MS_MAX } from '../limits.ts';
import { lastTickOf, type TickReader } from './last-tick.ts';

export function createS3TickReader(client: S3Client, bucket: string): TickReader {
  return async () => {
    const text = await readText(client, bucket);
    return text === undefined ? undefined : lastTickOf(text);
  };
}

async function readText(client: S3Client, bucket: string): Promise<string | undefined> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: LAST_TICK_KEY });
    const response = await client.send(command, { abortSignal: AbortSignal.timeout(TICK_READ_MS_MAX) });
    return await response.Body?.transformToString();
  } catch (cause) {
    if (cause instanceof NoSuchKey) return undefined;
    throw new StorageError('last_tick_unavailable', `Expected to read ${LAST_TICK_KEY}, got: ${messageOf(cause)}`, {
      hint: 'Check that Insights is allowed to read and list the events bucket.',
      cause,
    });
  }
}
