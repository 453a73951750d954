/**
 * Retry-After: reads the header and decides how long all requests pause. Pure. Only an answer with an error status can
 * ask for a pause. The gate obeys it: nothing is sent before the pause is over (`holdFor`), and an open breaker sends
 * its probe when the pause ends, not after a random time (`failed`).
 */
import { RETRY_AFTER_MS_MAX } from '../limits.ts';

export interface AnswerHead {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** The pause in milliseconds. Undefined when the answer asks for none. */
export function pauseAfter({ status, retryAfter }: AnswerHead, nowMs: number): number | undefined {
  return status < 400 ? undefined : parseRetryAfter(retryAfter, nowMs);
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3). Undefined for anything else. */
function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}
