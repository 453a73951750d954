/** How much a fault test does: what a CI run has time for, or the long form (`npm run test:sdk:long`). */

const isLong = process.env['DATALOAF_TEST_LONG'] === 'true';
const onlySeed = process.env['DATALOAF_TEST_SEED'];

/** For tests that are sized by this. */
export const LONG_MS = 3_600_000;

export function sized<T>({ ci, long }: { readonly ci: T; readonly long: T }): T {
  return isLong ? long : ci;
}

/** The seeds 1 to `count`, or the one that DATALOAF_TEST_SEED names: a failure prints its seed. */
export function seeds(count: { readonly ci: number; readonly long: number }): readonly number[] {
  if (onlySeed !== undefined) return [Number(onlySeed)];
  return Array.from({ length: sized(count) }, (_, index) => index + 1);
}
