/**
 * Turns a CSV field into an attribute. A plain decimal number that a double keeps exactly becomes a number. Everything else
 * stays a string: `00001`, `+1`, `1e5`, 20 digits, `true`. An empty field is no attribute. Pure.
 */

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** A double keeps any 15 decimal digits. */
const EXACT_DIGITS = 15;
/** A double keeps no longer number. The bound also spares the regular expression long strings. */
const LENGTH_MAX = 40;

/** @returns undefined for an empty field */
export function csvValue(text: string): string | number | undefined {
  if (text === '') return undefined;
  if (text.length > LENGTH_MAX || !DECIMAL.test(text)) return text;
  const value = Number(text);
  return isExact(text, value) ? value : text;
}

function isExact(text: string, value: number): boolean {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  if (text.length <= EXACT_DIGITS) return true;
  // "12.00" and "12" are the same number.
  const shortest = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return significantDigits(shortest) <= EXACT_DIGITS || String(value) === shortest;
}

const significantDigits = (text: string): number => text.replace(/^-?0?\.?0*/, '').replace('.', '').length;
