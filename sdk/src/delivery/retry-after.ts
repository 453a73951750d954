/**
 * Retry-After: reads the header and decides for how long all requests pause. Pure. Only an answer with an error status
 * can ask for a pause. The header can only lengthen a pause: the gate waits for the longer of this one and its own.
 */
import { RETRY_AFTER_MS_MAX } from '../limits.ts';
import { parseHttpDate } from './http-date.ts';

export interface AnswerHead {
  readonly status: number;
  /** The value of each Retry-After header, in order. */
  readonly retryAfter: readonly string[];
  /** Value of the `Date` header. */
  readonly date: string | undefined;
}

/** The pause in milliseconds. Undefined when the answer asks for none. */
export function pauseAfter({ status, retryAfter, date }: AnswerHead, nowMs: number): number | undefined {
  const [header] = retryAfter;
  // Two headers contradict each other; neither counts.
  if (status < 400 || header === undefined || retryAfter.length > 1) return undefined;
  // By the clock of the sender: ours may be wrong.
  return parseRetryAfter(header, parseHttpDate(date ?? '', nowMs) ?? nowMs);
}

/** Whole seconds or an HTTP date (RFC 9110, section 10.2.3). Undefined for anything else. */
function parseRetryAfter(header: string, nowMs: number): number | undefined {
  const untilMs = /^\d+$/.test(header) ? nowMs + Number(header) * 1_000 : parseHttpDate(header, nowMs);
  return untilMs === undefined ? undefined : Math.min(Math.max(untilMs - nowMs, 0), RETRY_AFTER_MS_MAX);
}
