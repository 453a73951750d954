/**
 * Stores a decided request: first the rejected items with their reasons, as one object, then the accepted lines in
 * Firehose. When the rejected items cannot be stored, nothing is stored, so that a retry repeats the whole request.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RejectedItem } from '../api.ts';
import { RequestError } from '../errors.ts';
import { type PutPorts, putLines } from '../firehose/put-records.ts';
import { rejectedKey, type Stream } from '../storage-keys.ts';
import type { Decision, Items, PlacedLine } from './decide.ts';

export interface RejectLog {
  readonly s3: S3Client;
  readonly bucket: string;
}

export interface StorePorts extends PutPorts {
  readonly kind: Stream;
  /** Undefined: rejected items are not stored, as those of a browser key, which is public. */
  readonly rejectLog: RejectLog | undefined;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly arrivedAt: Date;
  /** The items as the client sent them, for the reject log. */
  readonly items: Items;
}

/** The accepted lines of a request, in two parts. */
export interface StoredItems {
  /** Lines that are durably in Firehose. */
  readonly stored: readonly PlacedLine[];
  /** Lines that Firehose refused to the last attempt. */
  readonly refused: readonly PlacedLine[];
}

/** @throws RequestError 503 when the rejected items cannot be stored */
export async function storeItems(ports: StorePorts, decision: Decision, facts: RequestFacts): Promise<StoredItems> {
  await storeRejected(ports, decision, facts);
  const { lines } = decision;
  const texts = lines.map(({ line }) => line);
  const refused = new Set(await putLines(ports, texts));
  return {
    stored: lines.filter((_, position) => !refused.has(position)),
    refused: lines.filter((_, position) => refused.has(position)),
  };
}

async function storeRejected({ rejectLog, kind }: StorePorts, decision: Decision, facts: RequestFacts): Promise<void> {
  if (rejectLog === undefined || decision.rejected.length === 0) return;
  const lines = decision.rejected.map((reject) => rejectedLine(reject, facts.items));
  const key = rejectedKey(kind, facts.arrivedAt, facts.requestId);
  try {
    await rejectLog.s3.send(new PutObjectCommand({ Bucket: rejectLog.bucket, Key: key, Body: lines.join('') }));
  } catch (cause) {
    const message = 'Rejected items cannot be stored at the moment, so no item was stored. Retry the request.';
    throw new RequestError(503, 'rejects_not_kept', { message, cause });
  }
}

/** An item with a repeated key is kept as text: its value has lost the first of the two. */
function rejectedLine(rejected: RejectedItem, { items, repeated }: Items): string {
  const item = repeated.get(rejected.index)?.text ?? JSON.stringify(items[rejected.index]);
  return `${JSON.stringify(rejected).slice(0, -1)},"item":${item}}\n`;
}
