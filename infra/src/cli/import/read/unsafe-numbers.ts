/**
 * Numbers that the API refuses (`@dataloaf/core/values/number`). Such a number costs its name, and the event stays: nobody can
 * fix an event of the past.
 */
import { isSafeNumber } from '@dataloaf/core/values/number';

/** 16 digits in a row, or an exponent: without one of them, a number is below 2^53. */
const MAYBE_UNSAFE = /\d{16}|\d[eE]/;

export const mayHoldUnsafeNumber = (line: string): boolean => MAYBE_UNSAFE.test(line);

/**
 * Removes every name whose value is such a number, or a list with one in it. `holder` is the caller's own: JSON.parse has just
 * made it, and its depth is limited.
 * @returns how many names were removed
 */
export function removeUnsafeNumbers(holder: object): number {
  let removed = 0;
  for (const [name, value] of Object.entries(holder)) {
    if (isUnsafe(value)) {
      Reflect.deleteProperty(holder, name);
      removed += 1;
    } else if (typeof value === 'object' && value !== null) {
      removed += Array.isArray(value) ? removeInList(value) : removeUnsafeNumbers(value);
    }
  }
  return removed;
}

function removeInList(list: readonly unknown[]): number {
  let removed = 0;
  for (const value of list) {
    if (Array.isArray(value)) removed += removeInList(value);
    else if (typeof value === 'object' && value !== null) removed += removeUnsafeNumbers(value);
  }
  return removed;
}

function isUnsafe(value: unknown): boolean {
  if (typeof value === 'number') return !isSafeNumber(value);
  return Array.isArray(value) && value.some(isUnsafe);
}
