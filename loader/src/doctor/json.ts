/** JSON values as they are compared and kept. Pure. */
import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The names of every object in order. A number that no double holds is kept as text: JSON has none for it. */
export function inNameOrder(value: Json): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(inNameOrder);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, inNameOrder(member)]),
  );
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** A long string is compared by its length and hash, so that a transcript stays readable. */
const CHARS_MAX = 200;

export function shorten(value: Json): Json {
  if (typeof value === 'string') return value.length <= CHARS_MAX ? value : summaryOf(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(shorten);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [String(shorten(name)), shorten(member)]));
}

const summaryOf = (text: string): string =>
  `${text.slice(0, 20)}... ${Buffer.byteLength(text)} bytes, md5 ${createHash('md5').update(text).digest('hex')}`;
