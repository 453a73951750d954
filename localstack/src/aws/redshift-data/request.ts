/** Parses request bodies into typed values. An invalid one is refused as on AWS, with a ValidationException. */
import { LONG_POLL_S_MAX, STATEMENT_BYTES_MAX, STATEMENTS_PER_BATCH_MAX } from '@dataloaf/core/limits';
import { RedshiftSqlError } from '../../redshift/redshift-error.ts';
import { scan } from '../../redshift/scanner.ts';
import { ServiceError } from '../service.ts';
import { STATEMENT_NAME_CHARS_MAX } from './limits.ts';
import { REFUSED_MEMBERS } from './refused-operations.ts';
import type { StatementSpec, Status } from './statement-record.ts';

export const validation = (message: string): ServiceError => new ServiceError(400, 'ValidationException', message);

export class Body {
  readonly #value: object;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw validation('Expected a JSON object.');
    this.#value = value;
  }

  get(name: string): unknown {
    return Reflect.get(this.#value, name) ?? undefined;
  }

  /** Undefined when absent. */
  text(name: string, charsMax: number, charsMin = 1): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.length >= charsMin && value.length <= charsMax) return value;
    throw validation(`${name} must be a string of ${charsMin} to ${charsMax} characters.`);
  }

  statementName(): string | undefined {
    return this.text('StatementName', STATEMENT_NAME_CHARS_MAX, 0);
  }

  requiredText(name: string, charsMax: number): string {
    const value = this.text(name, charsMax);
    if (value === undefined) throw validation(`${name} is required.`);
    return value;
  }

  whole(name: string, range: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= range.min && value <= range.max) return value;
    throw validation(`${name} must be a whole number from ${range.min} to ${range.max}.`);
  }

  waitSeconds(): number {
    return this.whole('WaitTimeSeconds', { min: 1, max: LONG_POLL_S_MAX }) ?? 0;
  }
}

/** @throws ServiceError */
export function parseStatement(body: Body, kind: 'single' | 'batch'): Omit<StatementSpec, 'role' | 'user'> {
  for (const name of REFUSED_MEMBERS) {
    if (body.get(name) !== undefined) throw validation(`The local AWS does not emulate ${name}.`);
  }
  if (body.get('WithEvent') === true) throw validation('The local AWS does not emulate WithEvent.');
  if ((body.get('ResultFormat') ?? 'JSON') !== 'JSON')
    throw validation('The local AWS emulates ResultFormat JSON only.');
  const sqls = kind === 'batch' ? parseSqls(body) : [body.requiredText('Sql', STATEMENT_BYTES_MAX)];
  for (const sql of sqls) {
    if (Buffer.byteLength(sql) > STATEMENT_BYTES_MAX) throw validation('A SQL statement must not exceed 100 KB.');
  }
  const parameters = parseParameters(body);
  assertParametersFit(sqls, parameters);
  return {
    isBatch: kind === 'batch',
    sqls,
    parameters,
    database: body.requiredText('Database', 64),
    workgroup: body.requiredText('WorkgroupName', 128),
    name: body.statementName(),
    token: body.text('ClientToken', 64),
    mode: parseMode(body),
  };
}

function parseMode(body: Body): StatementSpec['mode'] {
  const mode = body.get('ExecutionMode') ?? 'TRANSACTION';
  if (mode === 'TRANSACTION' || mode === 'AUTO_COMMIT') return mode;
  throw validation('ExecutionMode must be TRANSACTION or AUTO_COMMIT.');
}

function parseSqls(body: Body): readonly string[] {
  const value = body.get('Sqls');
  const isList = Array.isArray(value) && value.length >= 1 && value.length <= STATEMENTS_PER_BATCH_MAX;
  if (!isList) throw validation(`Sqls must be a list of 1 to ${STATEMENTS_PER_BATCH_MAX} statements.`);
  return value.map((sql: unknown) => {
    if (typeof sql !== 'string' || sql === '') throw validation('Each of Sqls must be a string.');
    return sql;
  });
}

function parseParameters(body: Body): Readonly<Record<string, string>> {
  const value = body.get('Parameters');
  if (value === undefined) return {};
  if (!Array.isArray(value) || value.length === 0) throw validation('Parameters must be a list of at least one.');
  const result: Record<string, string> = {};
  for (const item of value) {
    const parameter = new Body(item);
    const name = parameter.requiredText('name', 64);
    const text = parameter.get('value');
    if (!/^[0-9a-zA-Z_]+$/.test(name)) throw validation(`Parameter name ${name} is not valid.`);
    if (typeof text !== 'string' || text === '') throw validation(`Parameter ${name} must have a value.`);
    if (Object.hasOwn(result, name) && result[name] !== text) throw validation(`Parameter ${name} occurs twice.`);
    result[name] = text;
  }
  return result;
}

function assertParametersFit(sqls: readonly string[], parameters: Readonly<Record<string, string>>): void {
  const used = new Set(sqls.flatMap(paramNames));
  for (const name of used) {
    if (!Object.hasOwn(parameters, name)) throw validation(`Parameters list contains no value for ${name}.`);
  }
  for (const name of Object.keys(parameters)) {
    if (!used.has(name)) throw validation(`Parameters list contains unused parameter ${name}.`);
  }
}

/** Names of the parameters in a statement. None for a statement that cannot be scanned: it fails when it runs. */
function paramNames(sql: string): readonly string[] {
  try {
    return scan(sql).flatMap((token) => (token.kind === 'param' ? [token.text.slice(1)] : []));
  } catch (error) {
    if (error instanceof RedshiftSqlError) return [];
    throw error;
  }
}

const FILTERS = ['ALL', 'SUBMITTED', 'PICKED', 'STARTED', 'FINISHED', 'FAILED', 'ABORTED'] as const;

/** The default is FINISHED. */
export function parseStatusFilter(body: Body): Status | 'ALL' {
  const value = body.get('Status') ?? 'FINISHED';
  const known = FILTERS.find((filter) => filter === value);
  if (known === undefined) throw validation(`Status must be one of ${FILTERS.join(', ')}.`);
  return known;
}

/** `<id>` or `<id>:<number of the SQL, from 1>` */
export function parseStatementId(body: Body): { readonly id: string; readonly nth: number | undefined } {
  const text = body.requiredText('Id', 80);
  const match = /^([0-9a-f-]{36})(?::(\d{1,2}))?$/.exec(text);
  if (match === null) throw validation(`Id ${text.slice(0, 80)} is not valid.`);
  return { id: match[1] ?? '', nth: match[2] === undefined ? undefined : Number(match[2]) };
}
