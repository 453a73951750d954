/** `e.event_attributes."plan"."tier"[0]` becomes `e.event_attributes['plan']['tier'][0]`. */
import { notEmulated, notRedshift } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { isName, isSymbol, nameOf, symbol, type Tokens } from './tokens.ts';
import { SUPER_COLUMNS } from './vocabulary.ts';

/** Longest identifier on Redshift, including keys of SUPER (AWS documentation). */
const KEY_BYTES_MAX = 127;

export function translateSuperPaths(tokens: Tokens): Tokens {
  const result: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token === undefined) break;
    result.push(token);
    at += 1;
    if (!isName(token) || !SUPER_COLUMNS.has(nameOf(token)) || !startsPath(tokens, at)) continue;
    if (!isSymbol(tokens[at - 2], '.')) {
      throw notEmulated(`a path after ${token.text} without the alias of its table before it`);
    }
    while (startsPath(tokens, at)) at = takeStep(tokens, at, result);
  }
  return result;
}

const startsPath = (tokens: Tokens, at: number): boolean =>
  isSymbol(tokens[at], '[') || (isSymbol(tokens[at], '.') && isName(tokens[at + 1]));

function takeStep(tokens: Tokens, at: number, result: Token[]): number {
  const next = tokens[at + 1];
  if (isSymbol(tokens[at], '[')) {
    if (next?.kind !== 'number' || !isSymbol(tokens[at + 2], ']'))
      throw notRedshift('an array index that is not a number');
    result.push(symbol('['), { ...next, gap: '' }, symbol(']'));
    return at + 3;
  }
  if (next?.kind !== 'quoted') throw notEmulated(`the unquoted key ${next?.text ?? ''}: Redshift folds its case`);
  const key = nameOf(next);
  if (Buffer.byteLength(key) > KEY_BYTES_MAX) throw notRedshift(`a key above ${KEY_BYTES_MAX} bytes`);
  if (key.includes('\0')) throw notRedshift('a key with U+0000');
  const text = `'${key.replaceAll("'", "''")}'`;
  // Redshift folds a quoted key too, unless the user or session has enable_case_sensitive_identifier: then NULL is found.
  const found = key === key.toLowerCase() ? text : `redshift.quoted_name(${text})`;
  result.push(symbol('['), { kind: 'string', text: found, gap: '' }, symbol(']'));
  return at + 2;
}
