/** The response to a request whose items are decided and stored. Pure. */
import type { AcceptedAnswer, RejectedItem, RetryAnswer } from '../api.ts';
import { type HttpAnswer, jsonAnswer } from './api-gateway.ts';
import type { StoredItems } from './store-items.ts';

/** 200 when every accepted item is stored; otherwise 503, which lists the items to retry. */
export function answerItems(rejected: readonly RejectedItem[], { stored, refused }: StoredItems): HttpAnswer {
  const accepted: AcceptedAnswer = { accepted: stored.length, rejected };
  if (refused.length === 0) return jsonAnswer(200, accepted);
  const retry: RetryAnswer = { ...accepted, retry: refused.map(({ index, id }) => ({ index, id })) };
  return jsonAnswer(503, retry);
}
