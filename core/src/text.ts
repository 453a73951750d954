/** Texts: ids and names are refused when they cannot be stored as they are; attributes are mended (`attributes.ts`). */
import type { RejectCode } from './api.ts';
import { accept, kindOf, type Parsed, reject } from './parsed.ts';

/** NUL, or half of a surrogate pair: with the flag `u`, whole pairs do not match. */
const UNSTORABLE = /[\0\ud800-\udfff]/u;

export interface TextRule {
  readonly field: string;
  readonly bytesMax: number;
  readonly code: RejectCode;
}

export function parseText(value: unknown, rule: TextRule): Parsed<string> {
  if (typeof value !== 'string' || value === '') {
    return reject(rule.code, `Expected ${rule.field} to be a text that is not empty, got ${kindOf(value)}.`);
  }
  if (isLongerThan(value, rule.bytesMax)) {
    const bytes = Buffer.byteLength(value);
    return reject(rule.code, `Expected ${rule.field} to have at most ${rule.bytesMax} bytes, got ${bytes}.`);
  }
  // Neither Redshift nor Postgres stores these; mending an id would merge two different ones.
  if (UNSTORABLE.test(value)) {
    return reject(rule.code, `Expected ${rule.field} without NUL and without half of a surrogate pair.`);
  }
  return accept(value);
}

/** Counts bytes only when the number of characters does not decide: a character has one to three per UTF-16 unit. */
export function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
