/**
 * The kinds of columns. The columns of a table are declared once, as a spec of these kinds. The row type, the parser of
 * items, the DDL and the column list of COPY derive from the spec.
 */

export type SqlType =
  | { readonly kind: 'varchar'; readonly bytesMax: number }
  | { readonly kind: 'super' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'bigint' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'boolean' };

export interface Column {
  readonly type: SqlType;
  readonly nullable: boolean;
  /** What the value is, for readers of the table; `core/docs/tables.md` shows it. */
  readonly about: string;
}

export type Columns = Readonly<Record<string, Column>>;

type ValueOf<Type extends SqlType> = Type['kind'] extends 'bigint' | 'integer'
  ? number
  : Type['kind'] extends 'boolean'
    ? boolean
    : string;

/** A row as it is written to S3. A SUPER value is JSON text, a timestamp is ISO 8601 in UTC. */
export type RowOf<Spec extends Columns> = {
  readonly [Name in keyof Spec]: ValueOf<Spec[Name]['type']> | (Spec[Name]['nullable'] extends true ? null : never);
};

export const varchar = <const Max extends number>(bytesMax: Max) => ({ kind: 'varchar', bytesMax }) as const;
export const SUPER = { kind: 'super' } as const;
export const TIMESTAMP = { kind: 'timestamp' } as const;
export const BIGINT = { kind: 'bigint' } as const;
export const INTEGER = { kind: 'integer' } as const;
export const BOOLEAN = { kind: 'boolean' } as const;

export const required = <const Type extends SqlType>(type: Type, about: string) =>
  ({ type, nullable: false, about }) as const;
export const nullable = <const Type extends SqlType>(type: Type, about: string) =>
  ({ type, nullable: true, about }) as const;

/** One row as a canonical NDJSON line with its newline. Columns are in the order of the spec; nulls are left out. */
export function toLine<Spec extends Columns>(spec: Spec, row: RowOf<Spec>): string {
  const members: string[] = [];
  for (const [name, column] of Object.entries(spec)) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    members.push(`"${name}":${column.type.kind === 'super' ? value : JSON.stringify(value)}`);
  }
  return `{${members.join(',')}}\n`;
}
