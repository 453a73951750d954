import type { TickReader } from './tick/last-tick.ts';
import type { Results } from './warehouse/cached-rows.ts';

/** What the routes that ask the warehouse share. */
export interface Sources {
  readonly results: Results;
  /** The last tick as far as it can be read. */
  readonly loadOf: TickReader;
  readonly now: () => number;
}
