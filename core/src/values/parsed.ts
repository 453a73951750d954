/** The result of a parser: a value, or the reason why there is none. The good path of a check allocates nothing. */
import type { RejectCode } from '../api.ts';

/** The rule that a value breaks. The code is for programs, the message for people; it never repeats the value. */
export interface Rejection {
  readonly ok: false;
  readonly code: RejectCode;
  readonly message: string;
}

export type Parsed<Value> = { readonly ok: true; readonly value: Value } | Rejection;

export const accept = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });
export const reject = (code: RejectCode, message: string): Rejection => ({ ok: false, code, message });

/** The kind of a value, for an error message that must not show its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
