/**
 * The port to the warehouse. The loader, merge and Insights know only this; its one adapter uses the Redshift Data API. A
 * statement is a value with a name; the statements of a transaction commit together or not at all.
 */

export interface Statement {
  /** snake_case, unique within its transaction. Errors carry it. */
  readonly name: string;
  /** Redshift SQL. A value enters as `:name` with `params`, or through `sql/literal.ts`. */
  readonly text: string;
  /** Values of `:name`. The Data API takes only strings, and neither null nor an empty one. */
  readonly params?: Readonly<Record<string, string>>;
}

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

export interface Transaction {
  /** The `ClientToken`: a transaction that is sent again under it within 8 h runs once. At most 64 characters. */
  readonly token: string;
  /** The warehouse lists the transaction by it; see `sql/transaction-names.ts`. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What the Data API reports of a submitted transaction. A hint: the ledger decides. */
export type StatementStatus = (
  | {
      readonly kind: 'running';
      /** When its first statement ended. A writer has the mutex from then on; undefined while it still waits. */
      readonly firstDoneAt?: Date | undefined;
    }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly failure: StatementFailure }
  /** Cancelled, or no longer known to the API. */
  | { readonly kind: 'gone' }
) & {
  /** When its token was first sent; undefined when the API no longer knows. */
  readonly submittedAt: Date | undefined;
};

export interface StatementFailure {
  /** Name of the failed statement; undefined when the transaction failed as a whole (commit, conflict). */
  readonly statement: string | undefined;
  readonly message: string;
  /** Whether the same transaction may succeed later: after a conflict, a throttle or a lost connection. */
  readonly isRetryable: boolean;
  /** Redshift's query id, the key of its load errors. */
  readonly queryId: number | undefined;
}

export interface StartedTransaction {
  readonly id: string;
  readonly name: string;
  readonly submittedAt: Date;
}

export interface WaitOptions {
  /** The statements of the transaction, so that a failure can name one. */
  readonly statements: readonly Statement[];
  /** Longest wait, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Warehouse {
  /** Runs one read and returns all its rows, columns by name. @throws WarehouseError */
  query(statement: Statement): Promise<readonly Row[]>;
  /** Submits a transaction and returns its id without waiting. @throws WarehouseError */
  submit(transaction: Transaction): Promise<string>;
  /** Waits until the transaction has ended or the time is up (`running`). @throws WarehouseError */
  wait(statementId: string, options: WaitOptions): Promise<StatementStatus>;
  /**
   * Transactions of the caller's role that have not ended, queued ones included, whose names start with one of the
   * prefixes; by default those of our writers. @throws WarehouseError
   */
  listStarted(namePrefixes?: readonly string[]): Promise<readonly StartedTransaction[]>;
  /**
   * Asks Redshift to cancel a transaction. Never throws. Returns why that had no effect, which may be that it has ended
   * meanwhile; undefined when Redshift took the request. Only `wait` says whether it ended.
   */
  cancel(statementId: string): Promise<string | undefined>;
}
