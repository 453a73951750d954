/** Rows as the server sent them, and how the Data API presents them: typed fields, column metadata, pages. */
import type pg from 'pg';
import { PAGE_BYTES_MAX } from './limits.ts';

export type RawRow = readonly (string | null)[];

export interface StatementResult {
  readonly columns: readonly pg.FieldDef[];
  readonly rows: readonly RawRow[];
  readonly bytes: number;
}

/** Redshift's names of the types that the local warehouse can return, by Postgres' type number. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  16: 'bool',
  20: 'int8',
  21: 'int2',
  23: 'int4',
  25: 'varchar',
  700: 'float4',
  701: 'float8',
  1042: 'bpchar',
  1043: 'varchar',
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamptz',
  1700: 'numeric',
  3802: 'super',
};

const SUPER = 3802;
const NUMERIC = 1700;
const VARCHAR = 1043;

export const rowBytes = (row: RawRow): number =>
  row.reduce((sum, value) => sum + (value === null ? 0 : Buffer.byteLength(value)), 0);

export function columnMetadata(columns: readonly pg.FieldDef[]): readonly Record<string, unknown>[] {
  return columns.map((column) => {
    const modifier = column.dataTypeModifier;
    const typeName = TYPE_NAMES[column.dataTypeID] ?? 'varchar';
    return {
      isCaseSensitive: ['varchar', 'bpchar', 'super'].includes(typeName),
      isCurrency: false,
      isSigned: /^(?:int|float|numeric)/.test(typeName),
      label: column.name,
      name: column.name,
      nullable: 1,
      precision: column.dataTypeID === NUMERIC && modifier > 4 ? (modifier - 4) >> 16 : 0,
      scale: column.dataTypeID === NUMERIC && modifier > 4 ? (modifier - 4) & 0xffff : 0,
      schemaName: '',
      tableName: '',
      typeName,
      length: column.dataTypeID === VARCHAR && modifier > 4 ? modifier - 4 : 0,
    };
  });
}

export interface ResultPage {
  readonly records: readonly (readonly Record<string, unknown>[])[];
  /** First row of the next page; undefined on the last page. */
  readonly next: number | undefined;
}

export function readPage(result: StatementResult, from: number): ResultPage {
  let bytes = 0;
  let end = from;
  for (; end < result.rows.length; end += 1) {
    bytes += rowBytes(result.rows[end] ?? []);
    if (bytes > PAGE_BYTES_MAX && end > from) break;
  }
  const records = result.rows
    .slice(from, end)
    .map((row) => row.map((value, at) => toField(value, result.columns[at]?.dataTypeID ?? 0)));
  return { records, next: end < result.rows.length ? end : undefined };
}

/** NUMERIC, dates and SUPER are sent as strings, as on AWS. */
function toField(value: string | null, type: number): Record<string, unknown> {
  if (value === null) return { isNull: true };
  const name = TYPE_NAMES[type] ?? 'varchar';
  if (name === 'bool') return { booleanValue: value === 't' };
  if (name.startsWith('int')) return { longValue: Number(value) };
  // JSON cannot carry NaN and the infinities as numbers.
  if (name.startsWith('float')) return { doubleValue: Number.isFinite(Number(value)) ? Number(value) : value };
  return { stringValue: type === SUPER ? compactJson(value) : value };
}

/** Removes the whitespace between JSON tokens and keeps every other character, so that numbers keep their digits. */
const compactJson = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (match) => (match.startsWith('"') ? match : ''));
