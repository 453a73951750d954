/**
 * One call of ExecuteStatement or BatchExecuteStatement, and its outcome.
 *
 * SUBMITTED (accepted, on disk) -> PICKED (left the queue) -> STARTED (has a connection) -> FINISHED | FAILED | ABORTED.
 * Only the runner moves a statement, except that the queue aborts a cancelled one that is still waiting. A crash loses the
 * states before the end; `recovery.ts` then asks the database.
 */
import type { StatementResult } from './statement-result.ts';

export type Status = 'SUBMITTED' | 'PICKED' | 'STARTED' | 'FINISHED' | 'FAILED' | 'ABORTED';

export interface StatementSpec {
  readonly isBatch: boolean;
  readonly sqls: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly database: string;
  readonly workgroup: string;
  readonly name: string | undefined;
  readonly token: string | undefined;
  readonly mode: 'TRANSACTION' | 'AUTO_COMMIT';
  /** IAM role of the caller: only it sees the statement. */
  readonly role: string;
  /** User of the warehouse that runs it. */
  readonly user: string;
}

/** One of the statement's SQL texts. */
export interface Part {
  sql: string;
  status: Status;
  error: string | undefined;
  /** 0 before the start. */
  queryId: number;
  /** Rows read or changed, -1 before the end. */
  rows: number;
  resultBytes: number;
  hasResultSet: boolean;
  updatedAt: number;
  durationMs: number;
  result: StatementResult | undefined;
}

export interface StatementRecord {
  readonly id: string;
  readonly spec: Omit<StatementSpec, 'sqls'>;
  readonly createdAt: number;
  readonly parts: Part[];
  status: Status;
  error: string | undefined;
  updatedAt: number;
  durationMs: number;
  /** The server process, 0 before the statement has a connection. */
  pid: number;
}

export const isEnded = (status: Status): boolean =>
  status === 'FINISHED' || status === 'FAILED' || status === 'ABORTED';

export const newPart = (sql: string, now: number): Part => ({
  sql,
  status: 'SUBMITTED',
  error: undefined,
  queryId: 0,
  rows: -1,
  resultBytes: -1,
  hasResultSet: false,
  updatedAt: now,
  durationMs: 0,
  result: undefined,
});
