/** The port to a warehouse: batches and single statements through the Data API, with everything that it reports of them. */
import type { Cell, Statement } from '@dataloaf/core/warehouse/warehouse';

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
  readonly length: number;
}

export interface StatementOutcome {
  readonly name: string;
  readonly text: string;
  readonly status: string;
  readonly error?: string;
  /** Redshift's query id, the key of its load errors; -1 when it has none. */
  readonly queryId: number;
  readonly columns: readonly ColumnFacts[];
  readonly rows: readonly (readonly Cell[])[];
  readonly ms: number;
}

export interface Outcome {
  /** FINISHED, FAILED or ABORTED; REFUSED when the API did not take the call; STARTED when the time was up. */
  readonly status: string;
  /** Of the whole, or of the refused call: `<name of the error>: <message>`. */
  readonly error?: string;
  readonly statements: readonly StatementOutcome[];
  readonly ms: number;
}

export type Started =
  | { readonly kind: 'started'; readonly id: string; readonly statements: readonly Statement[]; readonly at: number }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

export interface StartOptions {
  /** @default a new one */
  readonly token?: string;
  /** Name by which the warehouse lists it. */
  readonly name?: string;
}

export interface Session {
  /** Submits one transaction. A call that the API refuses is an outcome, not an error. */
  start(statements: readonly Statement[], options?: StartOptions): Promise<Started>;
  /** Waits until it has ended, or the time of one statement is up. */
  end(started: Started): Promise<Outcome>;
  /** Both. */
  run(statements: readonly Statement[]): Promise<Outcome>;
  /** A single statement, which may have parameters. */
  runSingle(statement: Statement): Promise<Outcome>;
  /** The statuses of the statements of a transaction, in order. */
  progress(id: string): Promise<readonly string[]>;
  /** `accepted`, or the name of the API's error. */
  cancel(id: string): Promise<string>;
  /** Cancels what was started and has not ended: it would keep its locks. */
  cancelAll(): Promise<void>;
  /** Names of the running and ended transactions whose name begins so, as this caller sees them. */
  listNames(prefix: string): Promise<readonly string[]>;
}
