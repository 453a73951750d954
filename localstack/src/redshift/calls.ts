/** Rewrites calls and clauses that are spelled differently: LISTAGG, APPROXIMATE, JSON_SERIALIZE, EXTRACT, UNPIVOT, `:name`. */
import { notEmulated, RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { closing, isName, isSymbol, isWord, symbol, type Tokens, upper, word } from './tokens.ts';

type Rule = (tokens: Tokens, at: number) => { readonly replacement: Tokens; readonly next: number } | undefined;

/** Also rewrites nested calls: the arguments of a rule pass through all rules again. */
export function translateCalls(tokens: Tokens): Tokens {
  const result: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const applied = RULES.map((rule) => rule(tokens, at)).find((outcome) => outcome !== undefined);
    const token = tokens[at];
    if (applied !== undefined) {
      result.push(...applied.replacement);
      at = applied.next;
    } else {
      if (token !== undefined) result.push(token);
      at += 1;
    }
  }
  return result;
}

/** `LISTAGG(x, ',') WITHIN GROUP (ORDER BY y)` to `string_agg(x, ',' ORDER BY y)`, with LISTAGG's limit. */
const listagg: Rule = (tokens, at) => {
  if (!isWord(tokens[at], 'LISTAGG') || !isSymbol(tokens[at + 1], '(')) return undefined;
  const close = closing(tokens, at + 1);
  if (
    !isWord(tokens[close + 1], 'WITHIN') ||
    !isWord(tokens[close + 2], 'GROUP') ||
    !isSymbol(tokens[close + 3], '(')
  ) {
    throw notEmulated('LISTAGG without WITHIN GROUP (ORDER BY ...): its order is not defined');
  }
  const end = closing(tokens, close + 3);
  if (isWord(tokens[end + 1], 'OVER')) throw notEmulated('LISTAGG as a window function');
  const replacement = [
    word('redshift.listagg_result(string_agg(', tokens[at]?.gap),
    ...translateCalls(tokens.slice(at + 2, close)),
    ...translateCalls(tokens.slice(close + 4, end)).map((token, nth) => (nth === 0 ? { ...token, gap: ' ' } : token)),
    symbol('))'),
  ];
  return { replacement, next: end + 1 };
};

/** Exact here; within 2 % on Redshift. */
const approximate: Rule = (tokens, at) => {
  if (!isWord(tokens[at], 'APPROXIMATE')) return undefined;
  const isCount =
    isWord(tokens[at + 1], 'COUNT') && isSymbol(tokens[at + 2], '(') && isWord(tokens[at + 3], 'DISTINCT');
  if (!isCount) throw notEmulated('APPROXIMATE before anything but COUNT(DISTINCT ...)');
  return { replacement: [word('COUNT', tokens[at]?.gap)], next: at + 2 };
};

/** The word is syntax in recent versions of Postgres, so the function has another name there. */
const jsonSerialize: Rule = (tokens, at) =>
  isWord(tokens[at], 'JSON_SERIALIZE') && isSymbol(tokens[at + 1], '(')
    ? { replacement: [word('redshift.serialize_super', tokens[at]?.gap)], next: at + 1 }
    : undefined;

/**
 * INTEGER for a TIMESTAMP on Redshift (AWS documentation), NUMERIC with a fraction on Postgres. Seconds since 1970 that do
 * not fit into 32 bits therefore fail.
 */
const extract: Rule = (tokens, at) => {
  if (!isWord(tokens[at], 'EXTRACT') || !isSymbol(tokens[at + 1], '(')) return undefined;
  const close = closing(tokens, at + 1);
  const replacement = [
    word('CAST(FLOOR(EXTRACT(', tokens[at]?.gap),
    ...translateCalls(tokens.slice(at + 2, close)),
    symbol(')) AS INTEGER)'),
  ];
  return { replacement, next: close + 1 };
};

/** `FROM t AS o, UNPIVOT o.set_attributes AS v AT k`; the comma is kept, so that joins bind as on Redshift. */
const unpivot: Rule = (tokens, at) => {
  if (!isWord(tokens[at], 'UNPIVOT')) return undefined;
  const [alias, dot, column, as, value, atWord, key] = tokens.slice(at + 1, at + 8);
  const isShape =
    isSymbol(tokens[at - 1], ',') &&
    isName(alias) &&
    isSymbol(dot, '.') &&
    isName(column) &&
    isWord(as, 'AS') &&
    isName(value) &&
    isWord(atWord, 'AT') &&
    isName(key);
  if (!isShape) throw notEmulated('UNPIVOT in any shape but `, UNPIVOT alias.column AS value AT key`');
  const call = `LATERAL redshift.unpivot(${alias.text}.${column.text}) AS _unpivot_${at}(${key.text}, ${value.text})`;
  return { replacement: [word(call, tokens[at]?.gap)], next: at + 8 };
};

const RULES: readonly Rule[] = [listagg, approximate, jsonSerialize, extract, unpivot];

export interface Bound {
  readonly tokens: Tokens;
  /** Names in the order of `$1`, `$2`... */
  readonly params: readonly string[];
}

/** Rewrites `:name` to `$n`; a name that occurs twice is one parameter. */
export function bindParams(tokens: Tokens): Bound {
  const params: string[] = [];
  const bound = tokens.map((token) => {
    if (token.kind !== 'param') return token;
    const name = token.text.slice(1);
    if (!params.includes(name)) params.push(name);
    return { ...token, text: `$${params.indexOf(name) + 1}` };
  });
  return { tokens: bound, params };
}

/** Redshift cannot bind parameters in statements that it runs without a plan. */
export function assertNoParams(tokens: Tokens): void {
  const param = tokens.find((token) => token.kind === 'param');
  if (param === undefined) return;
  throw new RedshiftSqlError('sql_param', `Expected no parameter in ${upper(tokens[0])}, got ${param.text}.`);
}
