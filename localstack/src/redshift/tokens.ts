/** Small predicates on tokens, for the rules. */
import { RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';

export type Tokens = readonly Token[];

/** Whether the token is one of these keywords. Pass them in upper case; any case matches. */
export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toUpperCase());

export const isSymbol = (token: Token | undefined, ...symbols: readonly string[]): boolean =>
  token?.kind === 'symbol' && symbols.includes(token.text);

export const isName = (token: Token | undefined): token is Token => token?.kind === 'word' || token?.kind === 'quoted';

/** Upper-case text of a word; empty for anything else. */
export const upper = (token: Token | undefined): string => (token?.kind === 'word' ? token.text.toUpperCase() : '');

/** The name as in the catalog: unquoted names are lower case. */
export const nameOf = (token: Token): string =>
  token.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text.toLowerCase();

/** Index of the parenthesis or bracket that closes the one at `open`. */
export function closing(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (isSymbol(tokens[at], '(', '[')) depth += 1;
    if (isSymbol(tokens[at], ')', ']')) depth -= 1;
    if (depth === 0) return at;
  }
  throw new RedshiftSqlError('sql_syntax', 'syntax error: a parenthesis is not closed');
}

/** Splits at commas outside parentheses. */
export function splitAtCommas(tokens: Tokens): readonly Tokens[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, '(', '[')) depth += 1;
    if (isSymbol(token, ')', ']')) depth -= 1;
    if (depth === 0 && isSymbol(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

export const symbol = (text: string, gap = ''): Token => ({ kind: 'symbol', text, gap });

/** Generated text, which no later rule inspects. */
export const word = (text: string, gap = ' '): Token => ({ kind: 'word', text, gap });

export const render = (tokens: Tokens): string =>
  tokens
    .map((token) => token.gap + token.text)
    .join('')
    .trim();
