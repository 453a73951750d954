/** The short forms in which the tables of checks are written. Pure. */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import type { BatchCheck, Expected } from '../check.ts';
import type { Json } from '../json.ts';

type More = Pick<BatchCheck, 'after' | 'as' | 'isSingle' | 'shows'>;

/** A check whose statements depend on nothing. */
export const probe = (
  [id, asks]: readonly [id: string, asks: string],
  expected: Expected,
  { statements, ...more }: More & { readonly statements: readonly Statement[] },
): BatchCheck => ({ kind: 'batch', id, asks, expected, statements: () => statements, ...more });

export const sql = (name: string, text: string): Statement => ({ name, text });

/**
 * A temporary table with a row for each list of values. What the check asks then runs on the compute nodes, as a load does;
 * a query without a table runs on the leader node alone.
 */
export const temporary = (name: string, columns: string, ...rows: readonly string[]): readonly Statement[] => [
  sql(`create_${name}`, `CREATE TEMP TABLE ${name} (${columns})`),
  ...rows.map((row, at) => sql(`insert_${name}_${at + 1}`, `INSERT INTO ${name} VALUES (${row})`)),
];

export const rows = (...list: readonly (readonly Json[])[]): Json => ({ rows: list });
