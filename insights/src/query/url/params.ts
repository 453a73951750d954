/**
 * Reads the parameters of a query string, strictly: the server refuses an unknown or repeated key, because ignoring a
 * mistyped key would show the numbers of another question. Every kind of question parses its URL with these functions.
 */
import { NAME_BYTES_MAX } from '@dataloaf/core/limits';
import { SEARCH_CHARS_MAX } from '../model/limits.ts';

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string };

export const accept = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });
export const refuse = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** The parameters of a query string, with or without its question mark; each of `keys` occurs at most once. `kind` is known. */
export function parseParams(search: string, keys: readonly string[]): Parsed<URLSearchParams> {
  if (search.length > SEARCH_CHARS_MAX) {
    return refuse(`Expected a query string of at most ${SEARCH_CHARS_MAX} characters.`);
  }
  const params = new URLSearchParams(search);
  for (const key of params.keys()) {
    if (key !== 'kind' && !keys.includes(key))
      return refuse(`Expected only the keys ${keys.join(', ')}, got "${key.slice(0, 40)}".`);
    if (params.getAll(key).length > 1) return refuse(`Expected "${key}" once, got it more than once.`);
  }
  return accept(params);
}

/** Parses a parameter, or returns the fallback when it is missing. */
export const optional = <Value, Fallback>(
  text: string | null,
  parse: (text: string) => Parsed<Value>,
  fallback: Fallback,
): Parsed<Value | Fallback> => (text === null ? accept(fallback) : parse(text));

/** All values, or the first refusal. */
export function all<Values extends object>(
  parts: {
    readonly [Key in keyof Values]: Parsed<Values[Key]>;
  },
): Parsed<Values> {
  const values: Partial<Values> = {};
  for (const key of Object.keys(parts) as (keyof Values)[]) {
    const part = parts[key];
    if (!part.ok) return part;
    values[key] = part.value;
  }
  return accept(values as Values);
}

export function parseChoice<Choice extends string>(
  key: string,
  text: string,
  choices: readonly Choice[],
): Parsed<Choice> {
  const value = choices.find((choice) => choice === text);
  return value === undefined ? refuse(`Expected "${key}" to be one of ${choices.join(', ')}.`) : accept(value);
}

export function parseInteger(
  key: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): Parsed<number> {
  const value = Number(text);
  const isIn = /^\d{1,9}$/.test(text) && value >= min && value <= max;
  return isIn ? accept(value) : refuse(`Expected "${key}" to be a whole number from ${min} to ${max}.`);
}

export function parseEvent(text: string): Parsed<string> {
  if (text === '')
    return refuse('Expected an event name after "event=", got nothing. Omit "event" to count all events.');
  // The Data API rejects such a string, and no event can have such a name.
  if (text.includes('\0')) return refuse('Expected an event name without NUL.');
  if (new TextEncoder().encode(text).length > NAME_BYTES_MAX) {
    return refuse(`Expected an event name of at most ${NAME_BYTES_MAX} bytes.`);
  }
  return accept(text);
}
