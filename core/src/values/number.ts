/**
 * The one rule for numbers, in the API, the SDK and an import. A number is kept as the nearest double, as every JSON reader
 * does; further digits of a fraction are lost. A whole number from 2^53 on is none: it is an id, and its nearest double may be
 * another id. How a number is written (`1e16`, `1.0e16`, `10000000000000000`) makes no difference. Pure.
 */

/** False for what is not finite, and for a whole number that may have lost its last digits. */
export const isSafeNumber = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
