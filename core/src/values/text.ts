/**
 * Ids, user ids and event names. They are refused when no store can hold them as they are: repairing one could merge two
 * identities. Attribute values are repaired instead (`attributes.ts`).
 */
import { Buffer } from 'node:buffer';
import type { RejectCode } from '../api.ts';
import { ID_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '../limits.ts';
import { accept, kindOf, type Parsed, type Rejection, reject } from './parsed.ts';

export interface TextRule {
  /** UTF-8 bytes, trailing blanks not counted. */
  readonly bytesMax: number;
  readonly code: RejectCode;
}

/** Event and operation ids. */
export const ID_RULE: TextRule = { bytesMax: ID_BYTES_MAX, code: 'id_invalid' };
export const USER_ID_RULE: TextRule = { bytesMax: USER_ID_BYTES_MAX, code: 'user_id_invalid' };
export const EVENT_NAME_RULE: TextRule = { bytesMax: NAME_BYTES_MAX, code: 'name_invalid' };

/** COPY reads this string as null. */
export const COPY_NULL = '\\N';

/** NUL, or half of a surrogate pair: with the flag `u`, whole pairs do not match. */
const UNSTORABLE = /[\0\ud800-\udfff]/u;
const SURROGATE_MIN = 0xd800;
const SURROGATE_MAX = 0xdfff;
const BLANK = 0x20;

/** `field` is the caller's name for the value. */
export function checkText(value: unknown, rule: TextRule, field: string): Rejection | undefined {
  const text = typeof value === 'string' ? withoutTrailingBlanks(value) : '';
  if (text === '') {
    const got = typeof value === 'string' && value !== '' ? 'only blanks' : kindOf(value);
    return reject(rule.code, `Expected ${field} to be a string that is not empty, got ${got}.`);
  }
  if (isLongerThan(text, rule.bytesMax)) {
    const bytes = Buffer.byteLength(text);
    return reject(rule.code, `Expected ${field} to have at most ${rule.bytesMax} bytes, got ${bytes}.`);
  }
  if (isUnstorable(text) || text === COPY_NULL) {
    return reject(rule.code, `Expected ${field} without NUL or half a surrogate pair, and other than ${COPY_NULL}.`);
  }
  return undefined;
}

/** The text without its trailing blanks, as it is stored. */
export function parseText(value: unknown, rule: TextRule, field: string): Parsed<string> {
  return checkText(value, rule, field) ?? accept(withoutTrailingBlanks(String(value)));
}

/**
 * Redshift ignores trailing blanks when it compares strings (AWS documentation of character types), so `u1` and `u1 `
 * would be one user there and two in the log. A loop, because / +$/ takes quadratic time over blanks inside a string.
 */
export function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === BLANK) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** Whether neither Redshift nor Postgres can store the text. The loop is faster than the expression on short strings. */
export function isUnstorable(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0 || (unit >= SURROGATE_MIN && unit <= SURROGATE_MAX)) return UNSTORABLE.test(text);
  }
  return false;
}

/** Counts bytes only when the length does not decide: a UTF-16 unit takes one to three bytes. */
export function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
