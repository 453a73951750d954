/**
 * Translates Redshift's SQL to Postgres, by a closed list. Everything else is refused with a clear error: a guess would
 * accept SQL here that fails on AWS.
 */
import { assertNoParams, bindParams, translateCalls } from './calls.ts';
import { assertOnClosedList } from './closed-list.ts';
import { type CopyStatement, parseCopy } from './copy-statement.ts';
import { assertNothingForbidden } from './forbidden.ts';
import type { CreatedTable } from './local-indexes.ts';
import { USER_SETTINGS } from './principals.ts';
import { notEmulated, RedshiftSqlError } from './redshift-error.ts';
import { alterUser, changeRights, createPrincipal, settingValue } from './rights.ts';
import { scan } from './scanner.ts';
import { translateSuperPaths } from './super-paths.ts';
import { skipLayout, translateColumn, translateDefinitions } from './table-definition.ts';
import { closing, isName, isSymbol, isWord, nameOf, render, type Tokens, upper, word } from './tokens.ts';
import { assertDocumentedShapes } from './undocumented-shapes.ts';
import { IGNORED_SETTINGS } from './vocabulary.ts';

export interface QueryTranslation {
  readonly kind: 'query';
  /** The SQL for Postgres. */
  readonly text: string;
  /** Names of the parameters in the order of `$1`, `$2`... */
  readonly params: readonly string[];
  /** Whether it only reads. */
  readonly isRead: boolean;
  /** The permanent table that it creates. */
  readonly created: CreatedTable | undefined;
  /** Whether it changes the settings with which sessions of a user start. */
  readonly changesSessions?: boolean;
}

export type Translation =
  | QueryTranslation
  | { readonly kind: 'copy'; readonly copy: CopyStatement }
  /** A session setting without a meaning here. */
  | { readonly kind: 'ignored' };

/** @throws RedshiftSqlError */
export function translate(sql: string): Translation {
  const scanned = scan(sql);
  const tokens = isSymbol(scanned.at(-1), ';') ? scanned.slice(0, -1) : scanned;
  const verb = upper(tokens[0]);
  assertNothingForbidden(tokens);
  switch (verb) {
    case 'SELECT':
    case 'WITH':
      return query(tokens, { isRead: true });
    case 'INSERT':
    case 'UPDATE':
      return query(tokens, { isRead: false });
    case 'DELETE':
      if (!isWord(tokens[1], 'FROM')) throw notEmulated('DELETE without FROM');
      return query(tokens, { isRead: false });
    case 'EXPLAIN':
      return explain(tokens.slice(1));
    case 'CREATE':
      return create(tokens);
    case 'DROP':
      return drop(tokens);
    case 'ALTER':
      return alter(tokens);
    case 'LOCK':
      return lock(tokens);
    case 'COPY':
      assertNoParams(tokens);
      return { kind: 'copy', copy: parseCopy(tokens) };
    case 'SET':
      return set(tokens);
    case 'GRANT':
    case 'REVOKE':
      assertNoParams(tokens);
      return call(changeRights(tokens));
    default:
      throw verb === '' ? new RedshiftSqlError('sql_syntax', 'syntax error at the beginning') : notEmulated(verb);
  }
}

function query(tokens: Tokens, about: { readonly isRead: boolean; readonly created?: CreatedTable }): Translation {
  assertOnClosedList(tokens);
  assertDocumentedShapes(tokens);
  const bound = bindParams(translateCalls(translateSuperPaths(tokens)));
  return {
    kind: 'query',
    text: render(bound.tokens),
    params: bound.params,
    isRead: about.isRead,
    created: about.created,
  };
}

/** Of a statement that a plan is made for: the plan is that of Postgres, and only its success means something. */
function explain(tokens: Tokens): Translation {
  if (!isWord(tokens[0], 'SELECT', 'WITH', 'INSERT', 'UPDATE', 'DELETE'))
    throw notEmulated('EXPLAIN of this statement');
  const planned = query(tokens, { isRead: true });
  return planned.kind === 'query' ? { ...planned, text: `EXPLAIN ${planned.text}` } : planned;
}

/** A finished statement without parameters. */
const plain = (tokens: Tokens, created?: CreatedTable): QueryTranslation => ({
  kind: 'query',
  text: render(tokens),
  params: [],
  isRead: false,
  created,
});

/** A call of one of our procedures. */
const call = (text: string): QueryTranslation => plain([word(text, '')]);

function create(tokens: Tokens): Translation {
  if (isWord(tokens[1], 'USER', 'ROLE')) {
    assertNoParams(tokens);
    return call(createPrincipal(tokens));
  }
  if (isWord(tokens[1], 'SCHEMA')) {
    assertNoParams(tokens);
    if (!isName(tokens.at(-1)) || tokens.length > 6) throw notEmulated('this form of CREATE SCHEMA');
    return plain(tokens);
  }
  const isTemporary = isWord(tokens[1], 'TEMP', 'TEMPORARY');
  const tableWord = isTemporary ? 2 : 1;
  if (!isWord(tokens[tableWord], 'TABLE')) throw notEmulated(`CREATE ${upper(tokens[1])}`);
  return createTable(tokens, { tableWord, isTemporary });
}

function createTable(
  tokens: Tokens,
  about: { readonly tableWord: number; readonly isTemporary: boolean },
): Translation {
  const isGuarded = isWord(tokens[about.tableWord + 1], 'IF');
  const nameAt = about.tableWord + (isGuarded ? 4 : 1);
  const table = tableName(tokens, nameAt);
  const head = tokens.slice(0, table.end);
  const created = about.isTemporary ? undefined : table.created;
  if (!isSymbol(tokens[table.end], '(')) return createTableAs(tokens, { head, from: table.end, created });
  assertNoParams(tokens);
  const close = closing(tokens, table.end);
  const end = skipLayout(tokens, close + 1);
  if (end !== tokens.length) throw notEmulated(`${tokens[end]?.text ?? ''} after the columns of a table`);
  const definitions = translateDefinitions(tokens.slice(table.end + 1, close));
  return plain([...head, word('('), ...definitions, word('\n)', '')], created);
}

/** `CREATE [TEMP] TABLE x [layout] AS SELECT ...` */
function createTableAs(
  tokens: Tokens,
  about: { readonly head: Tokens; readonly from: number; readonly created: CreatedTable | undefined },
): Translation {
  const as = skipLayout(tokens, about.from);
  if (!isWord(tokens[as], 'AS') || !isWord(tokens[as + 1], 'SELECT', 'WITH')) {
    throw notEmulated('CREATE TABLE without columns or AS SELECT');
  }
  const body = query(tokens.slice(as + 1), { isRead: false });
  if (body.kind !== 'query') throw notEmulated('this CREATE TABLE AS');
  return { ...body, text: `${render([...about.head, word('AS')])}\n${body.text}`, created: about.created };
}

function drop(tokens: Tokens): Translation {
  assertNoParams(tokens);
  if (!isWord(tokens[1], 'TABLE', 'SCHEMA')) throw notEmulated(`DROP ${upper(tokens[1])}`);
  assertOnClosedList(tokens);
  return plain(tokens);
}

function alter(tokens: Tokens): Translation {
  assertNoParams(tokens);
  if (isWord(tokens[1], 'USER')) return { ...call(alterUser(tokens)), changesSessions: true };
  if (!isWord(tokens[1], 'TABLE')) throw notEmulated(`ALTER ${upper(tokens[1])}`);
  const { end } = tableName(tokens, 2);
  const head = tokens.slice(0, end);
  if (isWord(tokens[end], 'ADD') && isWord(tokens[end + 1], 'COLUMN')) {
    return plain([...head, word('ADD COLUMN'), ...translateColumn(tokens.slice(end + 2))]);
  }
  if (isWord(tokens[end], 'RENAME')) return plain(tokens);
  throw notEmulated(`ALTER TABLE ... ${upper(tokens[end])}`);
}

/** On Redshift LOCK is always ACCESS EXCLUSIVE. */
function lock(tokens: Tokens): Translation {
  assertNoParams(tokens);
  const names = tokens.slice(isWord(tokens[1], 'TABLE') ? 2 : 1);
  if (names.length === 0 || !names.every((token) => isName(token) || isSymbol(token, '.', ','))) {
    throw notEmulated('this form of LOCK');
  }
  return plain([word('LOCK TABLE', ''), ...names, word('IN ACCESS EXCLUSIVE MODE')]);
}

function set(tokens: Tokens): Translation {
  const [, name, to, value] = tokens;
  const setting = isName(name) ? nameOf(name) : '';
  const inPostgres = USER_SETTINGS[setting];
  if (inPostgres !== undefined && tokens.length === 4 && (isWord(to, 'TO') || isSymbol(to, '='))) {
    return plain([word(`SET ${inPostgres} = '${settingValue(setting, value)}'`, '')]);
  }
  if (!IGNORED_SETTINGS.has(setting)) throw notEmulated(`SET ${name?.text ?? ''}`);
  return { kind: 'ignored' };
}

function tableName(tokens: Tokens, at: number): { readonly created: CreatedTable; readonly end: number } {
  const [first, dot, second] = tokens.slice(at, at + 3);
  if (!isName(first)) throw new RedshiftSqlError('sql_syntax', 'syntax error: expected the name of a table');
  if (!isSymbol(dot, '.')) return { created: { schema: undefined, name: nameOf(first) }, end: at + 1 };
  if (!isName(second)) throw new RedshiftSqlError('sql_syntax', 'syntax error: expected a name after the dot');
  return { created: { schema: nameOf(first), name: nameOf(second) }, end: at + 3 };
}
