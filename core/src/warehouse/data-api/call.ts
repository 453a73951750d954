/**
 * One call of the Data API, tried again while it fails for a reason that passes. The number of attempts and each pause
 * are bounded here; nothing in a response sets them. A caller that changes something passes the same token each time.
 */
import type { Clock } from '../../clock.ts';
import { messageOf, WarehouseError } from '../../errors.ts';
import { isPassing, isUnknownStatement } from './failures.ts';

export interface ApiCall {
  /** The verb in "Expected the Data API to ... a statement". */
  readonly step: 'execute' | 'submit' | 'describe' | 'list' | 'cancel' | 'read the result of';
  readonly attempts: number;
}

const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 3_000;

/** @throws WarehouseError `statement_unknown`, or `data_api_failed` with whether it may work later */
export async function callApi<Response>(
  { step, attempts }: ApiCall,
  clock: Clock,
  send: () => Promise<Response>,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw failureOf(step, error);
      await clock.pause(pauseAfter(attempt, clock.random()));
    }
  }
}

/** Twice as long each time; at least half of that, so that jitter never makes a burst. */
function pauseAfter(attempt: number, random: number): number {
  const longest = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (attempt - 1));
  return longest * (0.5 + random / 2);
}

function failureOf(step: ApiCall['step'], error: unknown): WarehouseError {
  // A new statement has no id yet: then it is the warehouse that does not exist.
  const isUnknown = isUnknownStatement(error) && step !== 'execute' && step !== 'submit';
  return new WarehouseError(
    isUnknown ? 'statement_unknown' : 'data_api_failed',
    `Expected the Data API to ${step} a statement, got: ${messageOf(error)}`,
    { isRetryable: isPassing(error), cause: error },
  );
}
