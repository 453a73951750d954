/** The URL form of an attribute: `event.total`, `user."plan tier"`, `event.cart.total`, `number(event.total)`. */
import { type Attribute, KEY_BYTES_MAX, PATH_KEYS_MAX } from '../model/attribute.ts';
import { type Cursor, formatName, parseText } from './cursor.ts';
import type { Parsed } from './params.ts';

export const parseAttribute = (what: string, text: string): Parsed<Attribute> => parseText(what, text, readAttribute);

export function readAttribute(cursor: Cursor): Attribute {
  if (!cursor.word('number')) return readPath(cursor);
  cursor.expectSymbol('(');
  const attribute = readPath(cursor);
  cursor.expectSymbol(')');
  return { ...attribute, asNumber: true };
}

function readPath(cursor: Cursor): Attribute {
  const of = (['event', 'user'] as const).find((word) => cursor.word(word));
  if (of === undefined) return cursor.fail('an attribute such as event.total or user.plan');
  const path: string[] = [];
  while (cursor.symbol('.')) {
    const key = cursor.name() ?? cursor.fail('the name of an attribute, in quotes unless it is a plain word');
    if (key === '' || new TextEncoder().encode(key).length > KEY_BYTES_MAX) {
      cursor.fail(`a name of 1 to ${KEY_BYTES_MAX} bytes before this`);
    }
    path.push(key);
  }
  if (path.length === 0 || path.length > PATH_KEYS_MAX) cursor.fail(`1 to ${PATH_KEYS_MAX} names after "${of}."`);
  return { of, path, asNumber: false };
}

export function formatAttribute({ of, path, asNumber }: Attribute): string {
  const text = [of, ...path.map(formatName)].join('.');
  return asNumber ? `number(${text})` : text;
}
