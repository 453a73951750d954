/**
 * The size of a fault test. `ci`: what a CI run has time for. `short`: for repetitions on other versions of Node.
 * `long`: everything (`npm run test:sdk:long`).
 */

interface Sizes<T> {
  readonly short: T;
  readonly ci: T;
  readonly long: T;
}

const scale = process.env['DATALOAF_TEST_SCALE'] ?? 'ci';
const onlySeed = process.env['DATALOAF_TEST_SEED'];

/** The timeout of sized tests. */
export const LONG_MS = 3_600_000;

export function sized<T>(sizes: Sizes<T>): T {
  return scale === 'short' || scale === 'long' ? sizes[scale] : sizes.ci;
}

/** The seeds 1 to `count`, or the one that DATALOAF_TEST_SEED names: a failure prints its seed. */
export function seeds(count: Sizes<number>): readonly number[] {
  if (onlySeed !== undefined) return [Number(onlySeed)];
  return Array.from({ length: sized(count) }, (_, index) => index + 1);
}
