/** Refuses every statement that uses something outside the closed list, before any rule rewrites it. */
import { notEmulated, notRedshift, RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { closing, isSymbol, isWord, nameOf, type Tokens, upper } from './tokens.ts';
import {
  BEFORE_PARENTHESIS,
  FUNCTIONS,
  NOT_EMULATED,
  NOT_REDSHIFT,
  RESERVED_NAMES,
  SUPER_COLUMNS,
  TYPES,
} from './vocabulary.ts';

/** Postgres silently truncates longer names; Redshift allows 127 bytes. */
const NAME_BYTES_MAX = 63;
/** Aggregates that need a frame when they are ordered. */
const AGGREGATES = ['SUM', 'COUNT', 'MIN', 'MAX', 'AVG'];

/** @throws RedshiftSqlError */
export function assertOnClosedList(tokens: Tokens): void {
  const columnList = insertColumnList(tokens);
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) continue;
    assertWord(tokens, at);
    assertName(tokens, at);
    if (isSymbol(tokens[at + 1], '(') && at + 1 !== columnList) assertCall(tokens, at);
    if (isSymbol(token, '::')) assertColonCast(tokens, at);
    if (isSymbol(token, ';') && at < tokens.length - 1) throw notRedshift('two statements in one string');
  }
}

function assertWord(tokens: Tokens, at: number): void {
  const token = tokens[at];
  const text = upper(token);
  if (text === '') return;
  if (NOT_REDSHIFT.has(text)) throw notRedshift(text);
  if (text.startsWith('JSONB_')) throw notRedshift(`the function ${text}`);
  if (NOT_EMULATED.has(text)) throw notEmulated(text);
  if (RESERVED_NAMES.has(text)) throw notRedshift(`the reserved word ${text} as a name without quotes`);
  assertPair(tokens, at);
}

function assertPair(tokens: Tokens, at: number): void {
  const token = tokens[at];
  const next = tokens[at + 1];
  if (isWord(token, 'FILTER') && isSymbol(next, '(')) throw notRedshift('FILTER (...): use CASE inside the aggregate');
  if (isWord(token, 'DISTINCT') && isWord(next, 'ON')) throw notRedshift('DISTINCT ON');
  if (isWord(token, 'DISTINCT') && isWord(next, 'FROM')) throw notRedshift('IS DISTINCT FROM');
  if (isWord(token, 'FOR') && isWord(next, 'UPDATE', 'SHARE')) throw notRedshift(`FOR ${upper(next)}`);
  if (isWord(token, 'ARRAY') && isSymbol(next, '[')) throw notRedshift('ARRAY[...]');
  if (isWord(token, 'VALUES') && !isWord(tokens[0], 'INSERT')) throw notRedshift('VALUES outside of INSERT');
}

function assertName(tokens: Tokens, at: number): void {
  const token = tokens[at];
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) return;
  const name = nameOf(token);
  // Postgres does not see keys of SUPER as names; their limit is checked where they are translated.
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX || isKey(tokens, at)) return;
  throw notEmulated(`a name above ${NAME_BYTES_MAX} bytes: ${name.slice(0, 30)}...`);
}

function isKey(tokens: Tokens, at: number): boolean {
  let step = at;
  while (isSymbol(tokens[step - 1], '.')) {
    step -= 2;
    while (isSymbol(tokens[step], ']')) step -= 3;
    const token = tokens[step];
    if (token !== undefined && token.kind !== 'symbol' && SUPER_COLUMNS.has(nameOf(token))) return true;
  }
  return false;
}

/** Index of the parenthesis that opens the columns of `INSERT INTO t (...)`, -1 without one. */
function insertColumnList(tokens: Tokens): number {
  if (!isWord(tokens[0], 'INSERT')) return -1;
  const open = isSymbol(tokens[3], '.') ? 5 : 3;
  return isSymbol(tokens[open], '(') ? open : -1;
}

function assertCall(tokens: Tokens, at: number): void {
  const token = tokens[at];
  if (token?.kind === 'quoted') throw notEmulated(`a call of ${token.text}`);
  const text = upper(token);
  if (text === '' || BEFORE_PARENTHESIS.has(text) || TYPES.has(text)) return;
  if (isSymbol(tokens[at - 1], '.') || !FUNCTIONS.has(text)) throw notEmulated(`the function ${text}`);
  if (text === 'CAST') assertCast(tokens, at);
  if (AGGREGATES.includes(text)) assertFrame(tokens, at);
}

function assertCast(tokens: Tokens, at: number): void {
  const inner = tokens.slice(at + 2, closing(tokens, at + 1));
  const as = topLevelAs(inner);
  if (as === -1) throw new RedshiftSqlError('sql_syntax', 'syntax error: CAST without AS');
  assertType(inner[as + 1]);
  const isText = as === 1 && inner[0]?.kind === 'string';
  if (isText && isWord(inner[2], 'SUPER')) throw notEmulated("CAST('...' AS SUPER): use JSON_PARSE");
}

function topLevelAs(tokens: Tokens): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    if (isSymbol(token, '(')) depth += 1;
    if (isSymbol(token, ')')) depth -= 1;
    return depth === 0 && isWord(token, 'AS');
  });
}

function assertColonCast(tokens: Tokens, at: number): void {
  assertType(tokens[at + 1]);
  if (tokens[at - 1]?.kind === 'string' && isWord(tokens[at + 1], 'SUPER')) {
    throw notEmulated("'...'::SUPER: use JSON_PARSE");
  }
}

function assertType(token: Token | undefined): void {
  if (!TYPES.has(upper(token))) throw notEmulated(`the type ${token?.text ?? ''}`);
}

/** Redshift: "Aggregate window functions with an ORDER BY clause require a frame clause". */
function assertFrame(tokens: Tokens, at: number): void {
  const close = closing(tokens, at + 1);
  if (!isWord(tokens[close + 1], 'OVER') || !isSymbol(tokens[close + 2], '(')) return;
  const window = tokens.slice(close + 3, closing(tokens, close + 2));
  const isOrdered = window.some((token) => isWord(token, 'ORDER'));
  if (isOrdered && !window.some((token) => isWord(token, 'ROWS'))) {
    throw notRedshift('an aggregate window function with ORDER BY and no frame (ROWS ...)');
  }
  if (isWord(tokens[at + 2], 'DISTINCT')) throw notRedshift('DISTINCT in a window function');
}
