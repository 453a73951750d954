/**
 * Logs failed requests, one line for each cause and minute: an overload makes hundreds of the same failures, and their log
 * would hide everything else. A failure that we have a class for gets no stack, because its code and message say it all. An
 * overload is a warning.
 */
import { DataLoafError, messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { REPORT_EVERY_MS } from '../limits.ts';

interface FailedRequest {
  readonly path: string;
  readonly status: number;
}

export type FailureReport = (error: unknown, request: FailedRequest) => void;

interface Reported {
  at: number;
  /** Failures of this cause that were not logged since. */
  unlogged: number;
}

export function createFailureReport({ log, now }: { readonly log: Log; readonly now: () => number }): FailureReport {
  const reported = new Map<string, Reported>();
  return (error, request) => {
    const cause = `${request.status} ${causeOf(error)}`;
    const before = reported.get(cause);
    if (before !== undefined && now() - before.at < REPORT_EVERY_MS) {
      before.unlogged += 1;
      return;
    }
    reported.set(cause, { at: now(), unlogged: 0 });
    // The causes are few: codes of ours, and classes of errors.
    const fields = { ...request, ...(before === undefined ? {} : { alsoFailed: before.unlogged }) };
    if (!(error instanceof DataLoafError)) log.error({ err: error, ...fields }, 'request failed');
    else if (isOverload(request)) log.warn({ code: error.code, reason: error.message, ...fields }, 'request refused');
    else log.error({ code: error.code, reason: error.message, cause: causeText(error), ...fields }, 'request failed');
  };
}

function causeOf(error: unknown): string {
  if (error instanceof DataLoafError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

const causeText = ({ cause }: DataLoafError): string | undefined =>
  cause === undefined ? undefined : messageOf(cause);

/** The same request may succeed in a moment. */
const isOverload = ({ status }: FailedRequest): boolean => status === 503 || status === 504;
