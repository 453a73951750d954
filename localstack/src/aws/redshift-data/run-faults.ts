/** Hooks for tests. A hook that waits holds the statement; a hook that throws fails it. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunPoint {
  readonly statementId: string;
  readonly name: string | undefined;
  /** The server process of the connection, for tests that kill it. */
  readonly pid: number;
}

export interface RunFaults {
  /** Before each SQL text of a statement, inside its transaction. */
  readonly beforeStatement?: (
    point: RunPoint & { readonly index: number; readonly sql: string },
  ) => Promise<void> | void;
  /** After the commit and before anybody is told. Throwing here loses the response: FAILED, although it is committed. */
  readonly afterCommit?: (point: RunPoint) => Promise<void> | void;
}

/** Each SQL text takes at least so long, as on a busy Redshift. */
export const slowed = (statementMs: number, faults: RunFaults = {}): RunFaults => ({
  ...faults,
  beforeStatement: async (point) => {
    await sleep(statementMs);
    await faults.beforeStatement?.(point);
  },
});
