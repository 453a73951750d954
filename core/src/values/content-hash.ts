/**
 * The hash of what an item says. Two items with the same id and different hashes are a conflict; the warehouse compares
 * them by it and never reads the stored item again. The first half covers the owner (of an event its name and user, of an
 * operation its user), and SQL can compute it for a line that was written without a hash. The second half covers the
 * attributes with their names in order. A time is in neither: a client that repeats an item may have stamped it again.
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { nullable, varchar } from '../columns.ts';
import { canonicalJson } from './attributes.ts';

/** 64 bits: it only has to tell apart items with one id. */
const HALF_CHARS = 16;
export const CONTENT_HASH_CHARS = 2 * HALF_CHARS;

/** The column that a line has after those of its item; null in a line that was written without a hash. */
export const HASH_COLUMN = {
  content_hash: nullable(
    varchar(CONTENT_HASH_CHARS),
    'hash of the content, by which items with the same id are compared',
  ),
} as const;

/** What the hash adds to a line. It does not count as a part of the item. */
export const HASH_MEMBER_BYTES = ',"content_hash":""'.length + CONTENT_HASH_CHARS;

interface Owner {
  readonly name: string;
  readonly user: string;
}

/** Attributes that have been checked, and their canonical text. */
interface Attributes {
  readonly value: unknown;
  readonly text: string;
}

export function eventHash({ name, user }: Owner, attributes: Attributes): string {
  // The length separates the two: names and users may contain any character.
  return half(`${Buffer.byteLength(name)}:${name}${user}`) + half(sortedText(attributes));
}

/** The changes are canonical texts, null for none. */
export function operationHash(user: string, changes: readonly (string | null)[]): string {
  const texts = changes.map((text) => (text === null ? '' : sortedText({ value: JSON.parse(text), text })));
  return half(user) + half(texts.join('\n'));
}

const half = (text: string): string => hash('md5', text, 'hex').slice(0, HALF_CHARS);

/** The JSON text with the names of every object in order. */
const sortedText = ({ value, text }: Attributes): string => (isSorted(value) ? text : canonicalJson(sortNames(value)));

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = '';
  for (const name of Object.keys(value)) {
    if (name < before || !isSorted(memberOf(value, name))) return false;
    before = name;
  }
  return true;
}

function sortNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortNames);
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const member = sortNames(memberOf(value, name));
    // An attribute may be called __proto__, which an assignment would take for the prototype.
    if (name === '__proto__') Object.defineProperty(result, name, { value: member, enumerable: true });
    else result[name] = member;
  }
  return result;
}

const memberOf = (value: object, name: string): unknown => (value as Readonly<Record<string, unknown>>)[name];
