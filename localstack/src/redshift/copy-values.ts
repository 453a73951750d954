/** Converts a member of a JSON object to a field of Postgres' COPY text. Checks it as Redshift does; never loses data. */
import { parseJson } from './json-objects.ts';
import { type LoadErrorKind, RowError } from './load-error.ts';
import { isFloat8, superProblem } from './super-limits.ts';

export interface CopyColumn {
  readonly name: string;
  readonly type: CopyType;
  readonly isNullable: boolean;
}

export type CopyType =
  | { readonly kind: 'varchar'; readonly bytesMax: number }
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint }
  | { readonly kind: 'decimal' | 'float' | 'boolean' | 'timestamp' | 'date' | 'super' };

export interface CopyFormat {
  /** Whether TIMEFORMAT 'auto' was given. */
  readonly isTimeAuto: boolean;
}

/** NULL in COPY text. */
const NULL = '\\N';

/** `raw` is the member's JSON text, undefined when the object has no such member. @throws RowError */
export function toField(raw: string | undefined, column: CopyColumn, format: CopyFormat): string {
  if (raw === undefined || raw === 'null') {
    if (!column.isNullable) throw failure('missing_value', column);
    return NULL;
  }
  // The text is passed on unchanged, so that numbers keep every digit; the whole line has been parsed already.
  if (column.type.kind === 'super') return escapeField(checkSuper(raw, column));
  return escapeField(convert(scalarText(raw), column, format));
}

/** Text of a scalar; objects and arrays stay JSON. */
const scalarText = (raw: string): string => (raw.startsWith('"') ? String(parseJson(raw)) : raw);

function checkSuper(raw: string, column: CopyColumn): string {
  // Postgres' jsonb cannot store U+0000; Redshift also refuses it in COPY.
  if (raw.includes('\\u0000') && /(?<!\\)(?:\\\\)*\\u0000/.test(raw)) throw failure('null_byte', column);
  const problem = superProblem(raw);
  if (problem !== undefined) throw failure(problem, column);
  return raw;
}

function convert(text: string, column: CopyColumn, format: CopyFormat): string {
  const { type } = column;
  switch (type.kind) {
    case 'varchar':
      if (text.includes('\0')) throw failure('null_byte', column);
      if (Buffer.byteLength(text) > type.bytesMax) throw failure('too_long', column);
      return text;
    case 'integer':
      return integerText(text, column, type);
    case 'decimal':
    case 'float':
      if (!/^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) throw failure('bad_number', column);
      if (type.kind === 'float' && !isFloat8(text)) throw failure('bad_number', column);
      return text;
    case 'boolean':
      return booleanText(text, column);
    case 'timestamp':
      return timestampText(text, column, format);
    case 'date':
      if (!isDay(text)) throw failure('bad_date', column);
      return text;
    case 'super':
      return text;
  }
}

function integerText(text: string, column: CopyColumn, range: { readonly min: bigint; readonly max: bigint }): string {
  if (!/^-?\d{1,19}$/.test(text)) throw failure('bad_integer', column);
  const value = BigInt(text);
  if (value < range.min || value > range.max) throw failure('bad_integer', column);
  return text;
}

function booleanText(text: string, column: CopyColumn): string {
  const lower = text.toLowerCase();
  if (['true', 't', '1', 'yes', 'y'].includes(lower)) return 't';
  if (['false', 'f', '0', 'no', 'n'].includes(lower)) return 'f';
  throw failure('bad_boolean', column);
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;
const PLAIN = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?$/;

/** In UTC, without a zone. An offset is applied. */
function timestampText(text: string, column: CopyColumn, format: CopyFormat): string {
  const match = ISO.exec(text);
  const [, day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match ?? [];
  const isValid =
    match !== null &&
    isDay(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    (format.isTimeAuto || PLAIN.test(text));
  if (!isValid) throw failure('bad_timestamp', column);
  const shifted =
    zone === 'Z' ? undefined : new Date(Date.parse(`${day}T${hour}:${minute}:${second}Z`) - offsetMs(zone));
  const base = shifted?.toISOString().slice(0, 19).replace('T', ' ') ?? `${day} ${hour}:${minute}:${second}`;
  return fraction === '' ? base : `${base}.${fraction.slice(0, 6)}`;
}

function offsetMs(zone: string): number {
  const digits = zone.replace(':', '').slice(1);
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Whether it is a day of the calendar, in years 0001 to 9999. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const SPECIAL = /[\\\n\r\t]/;

function escapeField(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

const failure = (kind: LoadErrorKind, column: CopyColumn): RowError =>
  new RowError(kind, { column: { name: column.name, type: column.type.kind } });
