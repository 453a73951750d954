/** A parser's answer: the value, or why there is none. */
import type { RejectCode } from '../api.ts';

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: RejectCode; readonly message: string };

export const accept = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });
export const reject = (code: RejectCode, message: string): Parsed<never> => ({ ok: false, code, message });

/** What came, for an error message: the kind of a value and never its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
