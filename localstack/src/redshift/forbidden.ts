/**
 * What no caller may do or read, whatever Postgres would say: a first wall, with the words of the warehouse. The second wall
 * is Postgres, where every statement runs in a session of a user without rights on these things.
 */
import { permissionDenied, type RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { isName, isSymbol, isWord, nameOf, type Tokens, upper } from './tokens.ts';

/** Tables and views of the catalogue that every user of Redshift sees. Other names with `pg_` are of Postgres or for superusers. */
const CATALOGUE = new Set(
  `pg_attribute pg_class pg_database pg_namespace pg_settings pg_table_def pg_tables pg_type pg_user
   pg_views`.split(/\s+/),
);

/** Starts of functions that reach files, other servers, large objects or other sessions. */
const FUNCTION_PREFIXES = ['pg_', 'lo_', 'dblink', 'set_config', 'current_setting', 'query_to_', 'table_to_', 'xml'];

/** Schemas of the emulation itself and of Postgres. */
const SCHEMAS = new Set(['redshift', 'pg_toast', 'pg_temp']);

/** @throws RedshiftSqlError */
export function assertNothingForbidden(tokens: Tokens): void {
  const verb = forbiddenVerb(tokens);
  if (verb !== undefined) throw verb;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (isName(token) && isReference(tokens, at)) assertName(tokens, at, token);
  }
}

function forbiddenVerb(tokens: Tokens): RedshiftSqlError | undefined {
  const [first, second, third] = tokens;
  const isSession = isWord(second, 'SESSION', 'LOCAL')
    ? isWord(third, 'ROLE', 'AUTHORIZATION')
    : isWord(second, 'ROLE');
  if (isWord(first, 'SET', 'RESET') && isSession) return permissionDenied('to set session authorization');
  if (isWord(first, 'RESET', 'DISCARD', 'DO', 'LOAD', 'CHECKPOINT', 'SECURITY', 'REASSIGN', 'IMPORT')) {
    return permissionDenied(`to execute ${upper(first)}`);
  }
  if (isWord(first, 'ALTER') && isWord(second, 'SYSTEM', 'ROLE', 'DATABASE')) {
    return permissionDenied(`to execute ALTER ${upper(second)}`);
  }
  const isCopyOut = isWord(first, 'COPY') && tokens.some((token) => isWord(token, 'PROGRAM', 'TO', 'STDOUT', 'STDIN'));
  return isCopyOut ? permissionDenied('to COPY to or from a file or program of the server') : undefined;
}

/** A key of SUPER, an alias after AS or a column after a dot may have any name; a schema or a bare name may not. */
const isReference = (tokens: Tokens, at: number): boolean =>
  !isWord(tokens[at - 1], 'AS') && (!isSymbol(tokens[at - 1], '.') || isCatalogueSchema(tokens[at - 2]));

const isCatalogueSchema = (token: Token | undefined): boolean => isName(token) && nameOf(token) === 'pg_catalog';

function assertName(tokens: Tokens, at: number, token: Token): void {
  const name = nameOf(token).toLowerCase();
  const isCall = isSymbol(tokens[at + 1], '(');
  if (isCall && FUNCTION_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    throw permissionDenied(`for function ${name.toUpperCase()}`);
  }
  if (isCall) return;
  if (isSymbol(tokens[at + 1], '.') && SCHEMAS.has(name)) throw permissionDenied(`for schema ${name}`);
  if (name.startsWith('pg_') && name !== 'pg_catalog' && !CATALOGUE.has(name)) {
    throw permissionDenied(`for relation ${name}`);
  }
}
