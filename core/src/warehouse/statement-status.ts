/**
 * Translates a DescribeStatement response into a `StatementStatus`. Pure. A failure carries the name of its statement and
 * whether the same transaction may succeed later, so that no caller reads messages of the warehouse for that.
 */
import type { DescribeStatementResponse } from '@aws-sdk/client-redshift-data';
import { WarehouseError } from '../errors.ts';
import type { Statement, StatementFailure, StatementStatus } from './warehouse.ts';

/**
 * 1023: a serialisation conflict. 1018, 1020: another transaction changed the table. The rest: the session was cut, or S3
 * throttles COPY.
 */
const RETRYABLE_SQL =
  /\b10(?:18|20|23)\b|serializ|could not complete because of conflict|deadlock|terminating connection|connection (?:was )?(?:closed|terminated|reset)|server closed|lock timeout|slow ?down|reduce your request rate|please try again/i;
const MISSING_TABLE = /(?:relation|schema|table) .*does not exist/i;
const MISSING_RIGHT = /permission denied/i;

export function statusOf(response: DescribeStatementResponse, statements: readonly Statement[]): StatementStatus {
  const submittedAt = response.CreatedAt;
  switch (response.Status) {
    case 'FINISHED':
      return { kind: 'finished', submittedAt };
    case 'FAILED':
      return { kind: 'failed', failure: failureOf(response, statements), submittedAt };
    case 'ABORTED':
      return { kind: 'gone', submittedAt };
    default:
      return { kind: 'running', submittedAt, firstDoneAt: firstDoneAt(response) };
  }
}

function firstDoneAt({ SubStatements, CreatedAt }: DescribeStatementResponse): Date | undefined {
  const first = SubStatements?.[0];
  return first?.Status === 'FINISHED' ? (first.UpdatedAt ?? first.CreatedAt ?? CreatedAt) : undefined;
}

function failureOf(response: DescribeStatementResponse, statements: readonly Statement[]): StatementFailure {
  const parts = response.SubStatements ?? [];
  const index = parts.findIndex((part) => part.Status === 'FAILED');
  const part = parts[index];
  const message = part?.Error ?? response.Error ?? 'no reason given';
  const queryId = part?.RedshiftQueryId ?? response.RedshiftQueryId;
  return {
    statement: (index === -1 && statements.length === 1 ? statements[0] : statements[index])?.name,
    message,
    isRetryable: RETRYABLE_SQL.test(message),
    queryId: queryId !== undefined && queryId > 0 ? queryId : undefined,
  };
}

function codeOf(message: string): string {
  if (MISSING_TABLE.test(message)) return 'table_missing';
  return MISSING_RIGHT.test(message) ? 'permission_missing' : 'query_failed';
}

export interface Unfinished {
  readonly status: StatementStatus;
  readonly timeoutMs: number;
  /** Why the cancel request had no effect; undefined when Redshift took it. */
  readonly refusal: string | undefined;
}

/** The error of a query that has not finished within `timeoutMs`. */
export function queryError(statement: Statement, { status, timeoutMs, refusal }: Unfinished): WarehouseError {
  if (status.kind === 'failed') {
    const { message, isRetryable } = status.failure;
    return new WarehouseError(codeOf(message), `Expected ${statement.name} to run, got: ${message}`, {
      isRetryable,
      statement: statement.name,
    });
  }
  if (status.kind === 'gone') {
    return new WarehouseError('query_cancelled', `Expected ${statement.name} to run; somebody cancelled it.`, {
      isRetryable: true,
      statement: statement.name,
    });
  }
  const end = refusal === undefined ? 'it was cancelled' : `it could not be cancelled: ${refusal}`;
  const message = `Expected ${statement.name} to end within ${timeoutMs / 1_000} s; ${end}.`;
  return new WarehouseError('query_timeout', message, { isRetryable: true, statement: statement.name });
}
