/** Parses COPY as the product writes it. Every other option is refused, above all one that loses rows. */
import { notEmulated, RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { closing, isName, isSymbol, isWord, nameOf, type Tokens, upper } from './tokens.ts';

export interface CopyStatement {
  readonly schema: string | undefined;
  readonly table: string;
  /** Undefined for all columns of the table. */
  readonly columns: readonly string[] | undefined;
  readonly bucket: string;
  /** Key of the manifest, or key prefix of the objects. */
  readonly key: string;
  readonly isManifest: boolean;
  readonly isGzip: boolean;
  /** TIMEFORMAT 'auto' accepts ISO 8601; without it only `YYYY-MM-DD HH:MI:SS` is valid. */
  readonly isTimeAuto: boolean;
}

type Options = Pick<CopyStatement, 'isManifest' | 'isGzip' | 'isTimeAuto'> & {
  readonly hasRole: boolean;
  readonly isJsonAuto: boolean;
};

interface Step {
  readonly next: number;
  readonly options: Partial<Options>;
}

/** @throws RedshiftSqlError */
export function parseCopy(tokens: Tokens): CopyStatement {
  const target = parseTarget(tokens);
  const [from, uri] = tokens.slice(target.end, target.end + 2);
  if (!isWord(from, 'FROM') || uri?.kind !== 'string') throw notEmulated("COPY without FROM 's3://...'");
  const address = /^s3:\/\/([^/]+)\/(.+)$/s.exec(textOf(uri.text));
  if (address === null) throw notEmulated('COPY from anything but s3://bucket/key');
  const { hasRole, isJsonAuto, ...options } = parseOptions(tokens, target.end + 2);
  if (!hasRole) throw new RedshiftSqlError('sql_copy', 'Must specify a valid IAM_ROLE for COPY.');
  if (!isJsonAuto) throw notEmulated("COPY without FORMAT JSON 'auto'");
  return {
    schema: target.schema,
    table: target.table,
    columns: target.columns,
    bucket: address[1] ?? '',
    key: address[2] ?? '',
    ...options,
  };
}

function parseTarget(tokens: Tokens): Pick<CopyStatement, 'schema' | 'table' | 'columns'> & { readonly end: number } {
  const isQualified = isSymbol(tokens[2], '.');
  const [schema, table] = isQualified ? [tokens[1], tokens[3]] : [undefined, tokens[1]];
  if (!isName(table)) throw new RedshiftSqlError('sql_syntax', 'syntax error: expected the name of a table');
  const name = { schema: isName(schema) ? nameOf(schema) : undefined, table: nameOf(table) };
  const at = isQualified ? 4 : 2;
  if (!isSymbol(tokens[at], '(')) return { ...name, columns: undefined, end: at };
  const close = closing(tokens, at);
  const columns = tokens.slice(at + 1, close).filter((token) => !isSymbol(token, ','));
  if (columns.length === 0 || !columns.every(isName)) throw notEmulated('this column list of COPY');
  return { ...name, columns: columns.map(nameOf), end: close + 1 };
}

function parseOptions(tokens: Tokens, from: number): Options {
  let options: Options = { isManifest: false, isGzip: false, isTimeAuto: false, hasRole: false, isJsonAuto: false };
  let at = from;
  while (at < tokens.length) {
    const step = parseOption(tokens, at);
    options = { ...options, ...step.options };
    at = step.next;
  }
  return options;
}

function parseOption(tokens: Tokens, at: number): Step {
  const name = upper(tokens[at]);
  const flag = FLAGS[name];
  if (flag !== undefined) return { next: at + 1, options: flag };
  if (name === 'FORMAT') return parseFormat(tokens, isWord(tokens[at + 1], 'AS') ? at + 2 : at + 1);
  const rule = VALUED[name];
  const value = tokens[at + 1];
  if (rule === undefined) throw notEmulated(`the option ${tokens[at]?.text ?? ''} of COPY`);
  if (value === undefined || !rule.takes(value)) throw notEmulated(`${name} of COPY other than ${rule.allowed}`);
  return { next: at + 2, options: rule.options };
}

const FLAGS: Readonly<Record<string, Partial<Options>>> = { MANIFEST: { isManifest: true }, GZIP: { isGzip: true } };

interface ValueRule {
  readonly allowed: string;
  readonly options: Partial<Options>;
  takes(value: Token): boolean;
}

const isString = (value: Token): boolean => value.kind === 'string';
const off: ValueRule = { allowed: 'OFF', options: {}, takes: (value) => isWord(value, 'OFF') };

const VALUED: Readonly<Record<string, ValueRule>> = {
  IAM_ROLE: {
    allowed: 'an ARN',
    options: { hasRole: true },
    takes: (value) => isString(value) || isWord(value, 'DEFAULT'),
  },
  TIMEFORMAT: { allowed: "'auto'", options: { isTimeAuto: true }, takes: (value) => value.text === "'auto'" },
  MAXERROR: { allowed: '0, because it loses rows', options: {}, takes: (value) => value.text === '0' },
  COMPUPDATE: off,
  STATUPDATE: off,
  REGION: { allowed: 'a name', options: {}, takes: isString },
};

function parseFormat(tokens: Tokens, at: number): Step {
  if (!isWord(tokens[at], 'JSON') || textOf(tokens[at + 1]?.text ?? '') !== 'auto') {
    throw notEmulated("FORMAT other than JSON 'auto'");
  }
  return { next: at + 2, options: { isJsonAuto: true } };
}

const textOf = (literal: string): string => literal.slice(1, -1).replaceAll("''", "'");
