/** The column types that COPY must check, read from the catalog. */
import type pg from 'pg';
import type { CopyStatement } from './copy-statement.ts';
import type { CopyColumn, CopyType } from './copy-values.ts';
import { notEmulated, RedshiftSqlError } from './redshift-error.ts';

const INTEGERS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

const PLAIN = {
  numeric: 'decimal',
  real: 'float',
  'double precision': 'float',
  boolean: 'boolean',
  'timestamp without time zone': 'timestamp',
  date: 'date',
  super: 'super',
  jsonb: 'super',
} as const satisfies Record<string, CopyType['kind']>;

/** The columns that COPY fills, in the order of the statement. @throws RedshiftSqlError */
export async function readColumns(client: pg.ClientBase, copy: CopyStatement): Promise<readonly CopyColumn[]> {
  const name = [...(copy.schema === undefined ? [] : [copy.schema]), copy.table].map(quote).join('.');
  const { rows } = await client.query<{ name: string; type: string; is_nullable: boolean }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS is_nullable
     FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [name],
  );
  if (rows.length === 0) throw new RedshiftSqlError('sql_copy', `relation "${copy.table}" does not exist`);
  const known = new Map(
    rows.map((row) => [row.name, { name: row.name, type: copyType(row.type), isNullable: row.is_nullable }]),
  );
  return (copy.columns ?? [...known.keys()]).map((column) => {
    const found = known.get(column);
    if (found !== undefined) return found;
    throw new RedshiftSqlError('sql_copy', `column "${column}" of relation "${copy.table}" does not exist`);
  });
}

/** A name, quoted for SQL. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function copyType(text: string): CopyType {
  const bare = text.replace(/^redshift\./, '').replace(/\(.*\)$/, '');
  const width = /^character(?: varying)?\((\d+)\)$/.exec(text);
  if (width !== null) return { kind: 'varchar', bytesMax: Number(width[1]) };
  const range = INTEGERS[bare];
  if (range !== undefined) return { kind: 'integer', min: range[0], max: range[1] };
  if (!isPlain(bare)) throw notEmulated(`COPY into a column of type ${text}`);
  return { kind: PLAIN[bare] };
}

const isPlain = (text: string): text is keyof typeof PLAIN => Object.hasOwn(PLAIN, text);
