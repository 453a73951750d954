/** Texts: ids and names are refused when they cannot be stored as they are; attributes are mended (`attributes.ts`). */
import type { RejectCode } from '../api.ts';
import { accept, kindOf, type Parsed, reject } from './parsed.ts';

/** NUL, or half of a surrogate pair: with the flag `u`, whole pairs do not match. */
const UNSTORABLE = /[\0\ud800-\udfff]/u;

export interface TextRule {
  readonly field: string;
  readonly bytesMax: number;
  readonly code: RejectCode;
}

/**
 * Trailing blanks are cut off: Redshift does not see them when it compares (AWS documentation of character types), so
 * `u1` and `u1 ` would be one user there and two in the log.
 */
export function parseText(value: unknown, rule: TextRule): Parsed<string> {
  const text = typeof value === 'string' ? withoutTrailingBlanks(value) : '';
  if (text === '') {
    return reject(rule.code, `Expected ${rule.field} to be a text that is not empty, got ${kindOf(value)}.`);
  }
  if (isLongerThan(text, rule.bytesMax)) {
    const bytes = Buffer.byteLength(text);
    return reject(rule.code, `Expected ${rule.field} to have at most ${rule.bytesMax} bytes, got ${bytes}.`);
  }
  // Mending an id would merge two different ones. COPY reads \N as null.
  if (isUnstorable(text) || text === '\\N') {
    return reject(
      rule.code,
      `Expected ${rule.field} without NUL, without half of a surrogate pair and other than \\N.`,
    );
  }
  return accept(text);
}

/** A loop, because / +$/ takes quadratic time over blanks inside a string. */
export function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** Whether neither Redshift nor Postgres stores the text. */
export const isUnstorable = (text: string): boolean => UNSTORABLE.test(text);

/** Counts bytes only when the number of characters does not decide: a character has one to three per UTF-16 unit. */
export function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
