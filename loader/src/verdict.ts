/**
 * What one attempt at a batch has come to. Pure: from the row in the ledger and the report of the Data API. This file
 * decides which failure accuses an object, and only such a failure may park one. The list of those failures is closed: a
 * text that nobody knows is a failure of the service, because a good object that is parked is lost from the tables, and
 * a bad object that is tried again costs only time.
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
  /** COPY refused data of this stream, or does not find an object of it: one of its objects is at fault. */
  | ({ readonly kind: 'refused' } & FailedCopy)
  | { readonly kind: 'failed'; readonly reason: string; readonly copy?: FailedCopy }
  /** It is still running: the next tick asks the ledger. */
  | { readonly kind: 'undecided' };

/** A COPY that failed. Its text accuses no object, but `sys_load_error_detail` may still name a line of one. */
export interface FailedCopy {
  readonly stream: Stream;
  readonly failure: StatementFailure;
}

export type Verdict =
  | BatchOutcome
  /** An earlier tick used up this token; what it came to then means nothing now. */
  | { readonly kind: 'spent' }
  /** The next attempt may succeed. */
  | { readonly kind: 'again'; readonly reason: string };

/** Redshift's report of a line that it cannot load: "Load into table 't' failed. Check 'sys_load_error_detail' ...". */
const LINE_REFUSED = /\bload into table\b.*\bfailed\b.*\bcheck\b.*\b(?:sys_load_error_detail|stl_load_errors)\b/is;
/** "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,...". */
const KEY_MISSING = /\bNoSuchKey\b/;
/** The manifest is ours: a missing one is not the fault of an object that it lists. */
const OF_MANIFEST = /\bmanifest\b/i;

/** Whether S3 had no object under the key that COPY read. */
export const isKeyMissing = ({ message }: StatementFailure): boolean =>
  KEY_MISSING.test(message) && !OF_MANIFEST.test(message);

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
  const reason = `${failure.statement ?? 'The transaction'}: ${failure.message}`;
  if (stream === undefined) return { kind: 'failed', reason };
  const isObjectAtFault = LINE_REFUSED.test(failure.message) || isKeyMissing(failure);
  return isObjectAtFault ? { kind: 'refused', stream, failure } : { kind: 'failed', reason, copy: { stream, failure } };
}

function streamOf(statement: string | undefined): Stream | undefined {
  if (statement === COPY_EVENTS) return 'events';
  return statement === COPY_OPERATIONS ? 'users' : undefined;
}
