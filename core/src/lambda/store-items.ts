/**
 * Stores a decided request and answers it: first the rejects with their reasons, in one object, then the accepted lines
 * in Firehose. 200 means that every item is decided and kept; 503 names those that could not be stored.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AcceptedAnswer, RetryAnswer } from '../api.ts';
import { RequestError } from '../errors.ts';
import { type PutTarget, putLines } from '../firehose/put-records.ts';
import { rejectedKey, type Stream } from '../storage-keys.ts';
import { type HttpAnswer, jsonAnswer } from './api-gateway.ts';
import type { Decision, PlacedLine } from './decide.ts';

export interface RejectLog {
  readonly s3: S3Client;
  readonly bucket: string;
}

export interface StoreTarget extends PutTarget {
  readonly kind: Stream;
  /** Undefined: rejects are only counted, as those of a public key. */
  readonly rejectLog: RejectLog | undefined;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly arrivedAt: Date;
  /** The items as they came, for the reject log. */
  readonly items: readonly unknown[];
}

/** Seconds after which a client may send again what could not be stored. */
const RETRY_AFTER_S = '1';

export interface StoredItems {
  readonly answer: HttpAnswer;
  /** What is durably in Firehose. */
  readonly stored: readonly PlacedLine[];
}

/** @throws RequestError 503 when the rejects cannot be kept */
export async function storeItems(target: StoreTarget, decision: Decision, facts: RequestFacts): Promise<StoredItems> {
  await keepRejected(target, decision, facts);
  const { lines, rejected } = decision;
  const texts = lines.map((line) => line.line);
  const refused = new Set(await putLines(target, texts));
  const stored = lines.filter((_, position) => !refused.has(position));
  const answer: AcceptedAnswer = { accepted: stored.length, rejected };
  if (refused.size === 0) return { answer: jsonAnswer(200, answer), stored };
  const retry = lines.filter((_, position) => refused.has(position)).map(({ index, id }) => ({ index, id }));
  const body: RetryAnswer = { ...answer, retry };
  return { answer: jsonAnswer(503, body, { 'retry-after': RETRY_AFTER_S }), stored };
}

async function keepRejected(target: StoreTarget, decision: Decision, facts: RequestFacts): Promise<void> {
  const { rejectLog, kind } = target;
  if (rejectLog === undefined || decision.rejected.length === 0) return;
  const lines = decision.rejected.map(
    (reject) => `${JSON.stringify({ ...reject, item: facts.items[reject.index] })}\n`,
  );
  const key = rejectedKey(kind, facts.arrivedAt, facts.requestId);
  try {
    await rejectLog.s3.send(new PutObjectCommand({ Bucket: rejectLog.bucket, Key: key, Body: lines.join('') }));
  } catch (cause) {
    const message = 'The rejected items could not be kept now, so nothing was stored. Send it again.';
    throw new RequestError(503, 'rejects_not_kept', { message, cause });
  }
}
