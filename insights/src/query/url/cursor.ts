/**
 * The words of the small languages in a URL: filters, measures and formulas. A string is written as in JSON; it needs no
 * quotes when it is a plain word. A cursor walks over the tokens; what it does not expect becomes the reason of a refusal.
 */
import { accept, type Parsed, refuse } from './params.ts';

type Token =
  | { readonly kind: 'word' | 'string' | 'symbol'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: number };

export interface Cursor {
  /** Takes the next token when it is this word. */
  word(text: string): boolean;
  /** Takes the next tokens when they are these words. */
  words(...texts: readonly string[]): boolean;
  symbol(text: string): boolean;
  expectSymbol(text: string): void;
  expectWords(...texts: readonly string[]): void;
  /** The next token, when it is a name: a string, or a word that is not reserved. */
  name(): string | undefined;
  number(): number | undefined;
  expectNumber(): number;
  /** Like `expectNumber`, for a whole number between the limits. */
  expectInteger(min: number, max: number): number;
  fail(expected: string): never;
}

/** Cannot be names without quotes. */
const RESERVED = new Set(
  'and at between contains days did event false in is least not null number or set starts times true user with'.split(
    ' ',
  ),
);
const TOKEN =
  /\s+|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<string>"(?:[^"\\]|\\.)*")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<symbol>[<>]=?|[(),.+*/-])/y;

const isPlainName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !RESERVED.has(text);
export const formatName = (text: string): string => (isPlainName(text) ? text : JSON.stringify(text));

/** Parses the whole text with `read`. `what` names it in a refusal: `where`. */
export function parseText<Value>(what: string, text: string, read: (cursor: Cursor) => Value): Parsed<Value> {
  try {
    const tokens = scan(text);
    const cursor = createCursor(tokens);
    const value = read(cursor.cursor);
    if (!cursor.isAtEnd()) cursor.cursor.fail('the end');
    return accept(value);
  } catch (error) {
    if (error instanceof Unexpected) return refuse(`In "${what}": ${error.message}`);
    throw error;
  }
}

class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined)
      throw new Unexpected(`Expected a word, a number or "text", got ${snippet(text.slice(at))}.`);
    const { word, string, number, symbol } = groups;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (string !== undefined) tokens.push({ kind: 'string', text: unquoted(string) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, value: numberOf(number) });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
  }
  return tokens;
}

const snippet = (text: string): string => JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}...` : text);

function unquoted(text: string): string {
  let value: string;
  try {
    value = JSON.parse(text) as string;
  } catch {
    throw new Unexpected(`Expected text in quotes as in JSON, got ${snippet(text)}.`);
  }
  // The Data API rejects such a string, and no stored one has it.
  if (/\0|\p{Surrogate}/u.test(value)) throw new Unexpected('Expected text without NUL or half a character.');
  return value;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unexpected(`Expected a number that fits, got ${snippet(text)}.`);
  return value;
}

function createCursor(tokens: readonly Token[]): { readonly cursor: Cursor; isAtEnd(): boolean } {
  let at = 0;
  const is = (kind: Token['kind'], text: string, ahead = 0): boolean => {
    const token = tokens[at + ahead];
    return token?.kind === kind && token.text === text;
  };
  const take = (count: number, isThere: boolean): boolean => {
    if (isThere) at += count;
    return isThere;
  };
  const fail = (expected: string): never => {
    const token = tokens[at];
    throw new Unexpected(`Expected ${expected}, got ${token === undefined ? 'the end' : snippet(token.text)}.`);
  };
  const number = (): number | undefined => {
    const isNegative = is('symbol', '-') && tokens[at + 1]?.kind === 'number';
    const token = tokens[isNegative ? at + 1 : at];
    if (token?.kind !== 'number') return undefined;
    at += isNegative ? 2 : 1;
    return isNegative ? -token.value : token.value;
  };
  const cursor: Cursor = {
    word: (text) => take(1, is('word', text)),
    words: (...texts) =>
      take(
        texts.length,
        texts.every((text, ahead) => is('word', text, ahead)),
      ),
    symbol: (text) => take(1, is('symbol', text)),
    expectSymbol(text) {
      if (!cursor.symbol(text)) fail(`"${text}"`);
    },
    expectWords(...texts) {
      if (!cursor.words(...texts)) fail(`"${texts.join(' ')}"`);
    },
    name() {
      const token = tokens[at];
      const isName = token?.kind === 'string' || (token?.kind === 'word' && !RESERVED.has(token.text));
      return take(1, isName) ? token?.text : undefined;
    },
    number,
    expectNumber: () => number() ?? fail('a number'),
    expectInteger(min, max) {
      const value = number();
      if (value !== undefined && Number.isInteger(value) && value >= min && value <= max) return value;
      at -= value === undefined ? 0 : 1;
      return fail(`a whole number from ${min} to ${max}`);
    },
    fail,
  };
  return { cursor, isAtEnd: () => at === tokens.length };
}
