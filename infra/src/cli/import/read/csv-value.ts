/**
 * Turns a CSV field into an attribute. A field has no type, so only a plain decimal number becomes a number: an integer that
 * a double keeps exactly, or a fraction, rounded to the nearest double as every JSON reader does. Everything else stays a
 * string: `00001`, `+1`, `1e5`, 20 digits, `true`. An empty field is no attribute. Pure.
 */
import { isSafeNumber } from '@dataloaf/core/values/number';

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** No number is written longer: 17 digits tell any two doubles apart, and a tiny one begins with 324 zeros. */
const LENGTH_MAX = 350;

/** @returns undefined for an empty field */
export function csvValue(text: string): string | number | undefined {
  if (text === '') return undefined;
  if (!isDigit(text.charCodeAt(text.length - 1)) || text.length > LENGTH_MAX || !DECIMAL.test(text)) return text;
  const value = Number(text);
  // Beyond 2^53 every double is an integer, so a fraction would become another number, too.
  return isSafeNumber(value) ? value : text;
}

/** Spares the regular expression most strings. */
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
