/**
 * CREATE USER, CREATE ROLE, ALTER USER, GRANT and REVOKE: calls of the procedures in `principals.ts`, in the forms that the
 * product uses. Any other form is refused, because a right that is silently not granted would only show on AWS.
 */
import { USER_SETTINGS } from './principals.ts';
import { notEmulated, RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { isName, isSymbol, isWord, nameOf, render, splitAtCommas, type Tokens, upper } from './tokens.ts';

const TABLE_RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const SCHEMA_RIGHTS = ['USAGE', 'CREATE'];

/** `CREATE USER name PASSWORD DISABLE` and `CREATE ROLE name`. Returns the call for Postgres. */
export function createPrincipal(tokens: Tokens): string {
  const kind = isWord(tokens[1], 'ROLE') ? 'role' : 'user';
  const rest = tokens.slice(3);
  const isDisabled = rest.length === 2 && isWord(rest[0], 'PASSWORD') && isWord(rest[1], 'DISABLE');
  if (kind === 'role' ? rest.length > 0 : !isDisabled) throw notEmulated(`this form of CREATE ${upper(tokens[1])}`);
  return `CALL redshift.add_principal('${kind}', ${nameText(tokens[2])})`;
}

/** `ALTER USER name SET setting TO value` */
export function alterUser(tokens: Tokens): string {
  const [user, set, setting, to, value] = tokens.slice(2);
  const isShape = tokens.length === 7 && isWord(set, 'SET') && (isWord(to, 'TO') || isSymbol(to, '='));
  const name = isName(setting) ? nameOf(setting) : '';
  const inPostgres = USER_SETTINGS[name];
  if (!isShape || inPostgres === undefined) throw notEmulated(`ALTER USER ... ${render(tokens.slice(3))}`);
  return `CALL redshift.alter_user(${nameText(user)}, '${inPostgres}', '${settingValue(name, value)}')`;
}

/** The value of a session's or a user's setting. */
export function settingValue(name: string, value: Token | undefined): string {
  const text = (value?.kind === 'string' ? value.text.slice(1, -1) : (value?.text ?? '')).toLowerCase();
  if (name === 'statement_timeout' && /^\d{1,10}$/.test(text)) return text;
  if (name === 'enable_case_sensitive_identifier') {
    if (['true', 'on', '1'].includes(text)) return 'true';
    if (['false', 'off', '0'].includes(text)) return 'false';
  }
  throw notEmulated(`the value ${text} of ${name}`);
}

/** `GRANT|REVOKE ROLE a TO|FROM b`, `GRANT|REVOKE rights ON objects TO|FROM b` */
export function changeRights(tokens: Tokens): string {
  const verb = upper(tokens[0]);
  const toAt = tokens.findIndex((token) => isWord(token, verb === 'GRANT' ? 'TO' : 'FROM'));
  if (toAt === -1) throw new RedshiftSqlError('sql_syntax', `syntax error: ${verb} without a grantee`);
  const grantee = parseGrantee(tokens.slice(toAt + 1));
  const head = tokens.slice(1, toAt);
  if (isWord(head[0], 'ROLE')) {
    if (head.length !== 2) throw notEmulated(`${verb} of several roles`);
    return `CALL redshift.change_member('${verb}', ${nameText(head[1])}, ${grantee})`;
  }
  const onAt = head.findIndex((token) => isWord(token, 'ON'));
  if (onAt === -1) throw notEmulated(`${verb} without ON`);
  const objects = head.slice(onAt + 1);
  const rights = parseRights(head.slice(0, onAt), isWord(objects[0], 'SCHEMA') ? SCHEMA_RIGHTS : TABLE_RIGHTS);
  return `CALL redshift.change_rights('${verb}', '${rights}', ${quoted(parseObjects(objects))}, ${grantee})`;
}

/** The last two arguments of the procedures: kind and name. */
function parseGrantee(tokens: Tokens): string {
  const isRole = isWord(tokens[0], 'ROLE');
  const name = tokens[isRole ? 1 : 0];
  const isPlain = tokens.length === (isRole ? 2 : 1) && !isWord(name, 'PUBLIC', 'GROUP');
  if (!isPlain) throw notEmulated(`the grantee ${render(tokens)}`);
  return `'${isRole ? 'role' : 'user'}', ${nameText(name)}`;
}

function parseRights(tokens: Tokens, known: readonly string[]): string {
  return splitAtCommas(tokens)
    .map((right) => {
      const name = upper(right[0]);
      if (right.length !== 1 || !known.includes(name)) throw notEmulated(`the right ${render(right)}`);
      return name;
    })
    .join(', ');
}

/** `SCHEMA a`, `ALL TABLES IN SCHEMA a`, `[TABLE] a.b, a.c` */
function parseObjects(tokens: Tokens): string {
  if (isWord(tokens[0], 'SCHEMA')) return `SCHEMA ${names(tokens.slice(1))}`;
  if (isWord(tokens[0], 'ALL')) {
    const isShape = isWord(tokens[1], 'TABLES') && isWord(tokens[2], 'IN') && isWord(tokens[3], 'SCHEMA');
    if (!isShape) throw notEmulated(`rights on ${render(tokens)}`);
    return `ALL TABLES IN SCHEMA ${names(tokens.slice(4))}`;
  }
  return `TABLE ${names(isWord(tokens[0], 'TABLE') ? tokens.slice(1) : tokens)}`;
}

function names(tokens: Tokens): string {
  if (tokens.length > 0 && tokens.every((token) => isName(token) || isSymbol(token, '.', ','))) return render(tokens);
  throw notEmulated(`rights on ${render(tokens)}`);
}

/** A quoted name keeps its case only with the setting, which the database knows. */
function nameText(token: Token | undefined): string {
  if (!isName(token)) throw new RedshiftSqlError('sql_syntax', 'syntax error: expected the name of a user or role');
  const text = quoted(nameOf(token));
  return token.kind === 'quoted' ? `redshift.quoted_name(${text})` : text;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
