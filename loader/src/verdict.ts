/**
 * What one attempt at a batch has come to. Pure: from the row in the ledger and the report of the Data API. This file
 * decides which failure is a fault of data, which parks an object, and which is not.
 */
import type { Stream } from '@dataloaf/core/storage-keys';
import { REFUSE_LOADED } from '@dataloaf/core/warehouse/sql/ledger';
import { COPY_EVENTS } from '@dataloaf/core/warehouse/sql/load-events';
import { COPY_OPERATIONS } from '@dataloaf/core/warehouse/sql/load-users';
import type { Row, StatementFailure, StatementStatus } from '@dataloaf/core/warehouse/warehouse';

export type BatchOutcome =
  | { readonly kind: 'loaded'; readonly row: Row }
  /** The guard found objects of the batch in the ledger: another loader has loaded them. */
  | { readonly kind: 'already_loaded' }
  /** COPY refused data of this stream: one of its objects is at fault. */
  | { readonly kind: 'refused'; readonly stream: Stream; readonly failure: StatementFailure }
  | { readonly kind: 'failed'; readonly reason: string }
  /** It is still running: the next tick asks the ledger. */
  | { readonly kind: 'undecided' };

export type Verdict =
  | BatchOutcome
  /** An earlier tick used up this token; what it came to then means nothing now. */
  | { readonly kind: 'spent' }
  /** The next attempt may succeed. */
  | { readonly kind: 'again'; readonly reason: string };

/** COPY messages about data. Rights, networks and throttles are excluded: no object is at fault for those. */
const DATA_FAULT = /load_error|gzip|zlib|decompress|no such key|nosuchkey|does not exist|mandatory|invalid|json|parse/i;
const SERVICE_FAULT =
  /access ?denied|forbidden|not authorized|credential|iam_role|assume|slow ?down|unavailable|timeout/i;

/** How far the clock of the warehouse may be behind ours. In doubt a token counts as fresh. */
const CLOCK_SKEW_MS = 60_000;

export interface Attempt {
  /** The batch in the ledger; undefined when it has not committed. */
  readonly row: Row | undefined;
  readonly status: StatementStatus;
  /** When this tick sent the token. */
  readonly sentAt: number;
}

export function verdictOf({ row, status, sentAt }: Attempt): Verdict {
  if (row !== undefined) return { kind: 'loaded', row };
  if (status.kind !== 'running' && isSpent(status, sentAt)) return { kind: 'spent' };
  switch (status.kind) {
    case 'running':
      return { kind: 'undecided' };
    case 'finished':
      return { kind: 'again', reason: 'The Data API reported it as finished, but the ledger does not have it.' };
    case 'gone':
      return { kind: 'again', reason: 'It was cancelled.' };
    case 'failed':
      return failureVerdict(status.failure);
  }
}

const isSpent = ({ submittedAt }: StatementStatus, sentAt: number): boolean =>
  submittedAt !== undefined && submittedAt.getTime() < sentAt - CLOCK_SKEW_MS;

function failureVerdict(failure: StatementFailure): Verdict {
  if (failure.isRetryable) return { kind: 'again', reason: failure.message };
  if (failure.statement === REFUSE_LOADED) return { kind: 'already_loaded' };
  const stream = streamOf(failure.statement);
  if (stream !== undefined && DATA_FAULT.test(failure.message) && !SERVICE_FAULT.test(failure.message)) {
    return { kind: 'refused', stream, failure };
  }
  return { kind: 'failed', reason: `${failure.statement ?? 'The transaction'}: ${failure.message}` };
}

function streamOf(statement: string | undefined): Stream | undefined {
  if (statement === COPY_EVENTS) return 'events';
  return statement === COPY_OPERATIONS ? 'users' : undefined;
}
