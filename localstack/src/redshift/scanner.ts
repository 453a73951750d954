/** Splits SQL text into tokens, so that no rule looks inside a string, a quoted name or a comment. */
import { notRedshift, RedshiftSqlError } from './redshift-error.ts';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'param' | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  /** As written, quotes included. */
  readonly text: string;
  /** Whitespace before it; a comment counts as one space. */
  readonly gap: string;
}

/** Order matters: `::` before `:name`, and refused operators before the single characters they begin with. */
const RULES: readonly (readonly [TokenKind | 'refused', RegExp])[] = [
  ['string', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['refused', /->>?|#>>?|@>|<@|\?[|&]?|&&|~\*|!~\*|:=|\$\w*|\^|!(?![=~])|\|(?!\|)|&|@/y],
  ['symbol', /::|\|\||<=|>=|<>|!=|!~|[-+*/%=<>.,()[\];~]/y],
  ['param', /:[A-Za-z_][A-Za-z0-9_]*/y],
];

const GAP = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//g;

/** @throws RedshiftSqlError for text that is not Redshift's SQL */
export function scan(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const gap = take(GAP, sql, at) ?? '';
    at += gap.length;
    if (at >= sql.length) return tokens;
    const token = nextToken(sql, at, gap.replace(COMMENT, ' '));
    assertPlainString(token, tokens.at(-1));
    tokens.push(token);
    at += token.text.length;
  }
}

function nextToken(sql: string, at: number, gap: string): Token {
  for (const [kind, rule] of RULES) {
    const text = take(rule, sql, at);
    if (text === undefined) continue;
    if (kind === 'refused') throw notRedshift(`the operator ${text}`);
    return { kind, text, gap };
  }
  throw new RedshiftSqlError('sql_syntax', `syntax error at or near "${sql.slice(at, at + 20)}"`);
}

/** A backslash is an escape on Redshift but not on Postgres; prefixed strings (E'..') exist only on Postgres. */
function assertPlainString(token: Token, previous: Token | undefined): void {
  if (token.kind !== 'string') return;
  if (token.text.includes('\\'))
    throw notRedshift('a literal backslash in a string: it is an escape character; use a parameter');
  if (previous?.kind === 'word' && token.gap === '') throw notRedshift(`the string ${previous.text}'...'`);
}

function take(rule: RegExp, sql: string, at: number): string | undefined {
  rule.lastIndex = at;
  return rule.exec(sql)?.[0];
}
