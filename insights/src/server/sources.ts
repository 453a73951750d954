import type { TickReader } from './last-tick.ts';
import type { Results } from './results.ts';

/** What the routes that ask the warehouse share. */
export interface Sources {
  readonly results: Results;
  /** The last tick as far as it can be read. */
  readonly loadOf: TickReader;
  readonly now: () => number;
}
