/** Where tests may step in. A hook that waits holds the statement; a hook that throws fails it. */

export interface RunPoint {
  readonly statementId: string;
  readonly name: string | undefined;
  /** Server process of the connection, for tests that kill it. */
  readonly pid: number;
}

export interface RunFaults {
  /** Before each SQL of a statement, inside of its transaction. */
  readonly beforeStatement?: (
    point: RunPoint & { readonly index: number; readonly sql: string },
  ) => Promise<void> | void;
  /** When everything is committed and nobody knows; throwing here is a lost answer: FAILED, although it is done. */
  readonly afterCommit?: (point: RunPoint) => Promise<void> | void;
}
