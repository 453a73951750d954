/**
 * Every kind of question, by the name of its route: `series` is `GET /api/series`. A new kind is a folder beside `series/`, a
 * member of the union, and a row of the table.
 */
import type { QueryKind } from './kind.ts';
import { SERIES } from './series/kind.ts';
import type { SeriesQuery } from './series/model.ts';

/** A union by `kind`. */
export type Query = SeriesQuery;

export const KINDS: {
  readonly [Kind in Query['kind']]: QueryKind<Extract<Query, { readonly kind: Kind }>, unknown, unknown>;
} = { series: SERIES };
