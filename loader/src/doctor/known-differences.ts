/** Where the stand-in is known to answer otherwise than a recorded Redshift. None is recorded yet: nobody has run the doctor there. */
import type { Json } from './json.ts';

export interface KnownDifference {
  readonly target: 'redshift';
  /** Id of the check. */
  readonly check: string;
  /** What Redshift was observed to do. */
  readonly redshift: Json;
  /** Why the stand-in stays as it is, and why no statement of the product depends on it. */
  readonly why: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];
