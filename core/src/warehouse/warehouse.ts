/**
 * The port to the warehouse. Steps of the loader, merge and Insights know only this; its one adapter speaks the Redshift
 * Data API. A statement is a value with a name; all of a transaction's statements commit together or not at all.
 */

export interface Statement {
  /** snake_case, unique within its transaction: errors name it. */
  readonly name: string;
  /** Redshift SQL. Values enter as `:name` with `params`, or through `core/sql/literal.ts`. */
  readonly text: string;
  /** Values of `:name`. The Data API knows only texts, and neither null nor empty ones. */
  readonly params?: Readonly<Record<string, string>>;
}

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Transaction {
  /** Same token, same transaction: sent again within 8 h it runs once (`ClientToken`). At most 64 characters. */
  readonly token: string;
  /** Shows in the warehouse's own lists. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What became of a submitted transaction. A report, not the truth: the ledger decides. */
export type StatementStatus = (
  | { readonly kind: 'running' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly failure: StatementFailure }
  /** Cancelled, or no longer known. */
  | { readonly kind: 'gone' }
) & {
  /** When its token was first sent, undefined when that is no longer known. */
  readonly submittedAt: Date | undefined;
};

export interface StatementFailure {
  /** Name of the statement that failed, undefined when the transaction as a whole did (commit, conflict). */
  readonly statement: string | undefined;
  readonly message: string;
  /** Whether the same transaction may pass later: a conflict, a throttle, a lost connection. */
  readonly isRetryable: boolean;
  /** The warehouse's own query id, under which it keeps load errors. */
  readonly queryId: number | undefined;
}

export interface StartedTransaction {
  readonly id: string;
  readonly name: string;
  readonly submittedAt: Date;
}

export interface WaitOptions {
  /** The transaction's statements, so that a failure can be named. */
  readonly statements: readonly Statement[];
  /** How long to wait at most, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Warehouse {
  /** Runs one read and answers all its rows, columns by name. @throws WarehouseError */
  query(statement: Statement): Promise<readonly Row[]>;
  /** Hands a transaction over and answers its id at once. @throws WarehouseError */
  submit(transaction: Transaction): Promise<string>;
  /** Waits until the transaction has ended, or the time is over (`running`). @throws WarehouseError */
  wait(statementId: string, options: WaitOptions): Promise<StatementStatus>;
  /** Transactions of ours that run now. @throws WarehouseError */
  listStarted(): Promise<readonly StartedTransaction[]>;
  /** Asks for the end of a running transaction. Whether it ended, `wait` tells. @throws WarehouseError */
  cancel(statementId: string): Promise<void>;
}
