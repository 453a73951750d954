/**
 * Every kind of question, by its name: `GET /api/query?kind=trend&...`. The kind of most questions is a trend, and is left out.
 * A new kind has a file in each room of `query/`, a member of the union, and a row of the table.
 */
import type { QueryKind } from './kind.ts';
import type { TrendQuery } from './model/trend.ts';
import { TREND } from './trend.ts';
import { accept, type Parsed, parseChoice } from './url/params.ts';

/** A union by `kind`. */
type Query = TrendQuery;
type Name = Query['kind'];
type AnyKind = QueryKind<Query, unknown, unknown>;

const KINDS: { readonly [Kind in Name]: QueryKind<Extract<Query, { readonly kind: Kind }>, unknown, unknown> } = {
  trend: TREND,
};

/** The kind of a query string, with or without its question mark. */
export function kindOf(search: string): Parsed<AnyKind> {
  const name = new URLSearchParams(search).get('kind') ?? 'trend';
  const kind = parseChoice('kind', name, Object.keys(KINDS) as Name[]);
  return kind.ok ? accept(KINDS[kind.value]) : kind;
}
