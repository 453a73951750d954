/** What the parsers are known to say: texts that one of them does not read, with the reason, and texts that they must refuse. */
import type { ParserName, ParserVerdict } from './parsers.ts';

export interface KnownVerdict {
  readonly parser: ParserName;
  /** The kind of statement. */
  readonly what: string;
  readonly texts: RegExp;
  readonly seen: Exclude<ParserVerdict['kind'], 'parsed'>;
  /** The gap of the parser, with the page of AWS that is on our side. */
  readonly why: string;
}

const GUIDE = 'Amazon Redshift Database Developer Guide';

const opaque = (what: string, texts: RegExp, page: string): KnownVerdict => ({
  parser: 'sqlglot',
  what,
  texts,
  seen: 'opaque',
  why: `It has no grammar for ${what}. ${GUIDE}, ${page}`,
});

export const KNOWN_VERDICTS: readonly KnownVerdict[] = [
  opaque('LOCK', /^LOCK /, 'LOCK: `LOCK [ TABLE ] table_name`.'),
  opaque('CREATE ROLE', /^CREATE ROLE /, 'CREATE ROLE: `CREATE ROLE role_name`.'),
  opaque('CREATE USER', /^CREATE USER /, 'CREATE USER: `CREATE USER name [ WITH ] PASSWORD { ... | DISABLE }`.'),
  opaque('ALTER USER', /^ALTER USER /, 'ALTER USER: `SET parameter { TO | = } { value | DEFAULT }`.'),
  opaque('GRANT ROLE', /^GRANT ROLE /, 'GRANT: `GRANT { ROLE role_name } [, ...] TO { user_name | ... }`.'),
  opaque(
    'GRANT on several tables',
    /^GRANT [A-Z, ]+\s+ON [\w.]+,/,
    'GRANT: `ON { [ TABLE ] table_name [, ...] | ...`.',
  ),
  opaque(
    'GRANT on all tables',
    /^GRANT [A-Z]+ ON ALL TABLES /,
    'GRANT: `| ALL TABLES IN SCHEMA schema_name [, ...] }`.',
  ),
];

/** Broken on purpose: a parser that takes one of them says nothing by taking ours. */
export interface Control {
  readonly text: string;
  readonly refusedBy: readonly ParserName[];
}

const BOTH = ['sqlglot', 'sqlfluff'] as const;

export const CONTROLS: readonly Control[] = [
  { text: 'SELEC 1', refusedBy: BOTH },
  { text: 'SELECT 1 FROM a WHERE', refusedBy: BOTH },
  { text: 'SELECT COUNT(* FROM a', refusedBy: BOTH },
  { text: 'SELECT CAST(:from AS TIMESTAMP) FROM a', refusedBy: BOTH },
  { text: 'SELECT a FROM (SELECT b FROM c', refusedBy: BOTH },
  { text: 'SELECT x FROM t, UNPIVOT t.a AS v AT', refusedBy: BOTH },
  { text: 'INSERT INTO t VALUES (1', refusedBy: BOTH },
  { text: 'DELETE FROM t WHERE a = 1 OR', refusedBy: BOTH },
  { text: 'CREATE TABLE t (a SUPER NOT NULLL)', refusedBy: BOTH },
  // sqlglot reads any option of COPY, any LOCK as a command, and reserved words as names.
  { text: "COPY t FROM 's3://b/x' IAM_ROLE 'r' NO_SUCH_OPTION 1", refusedBy: ['sqlfluff'] },
  { text: 'LOCK a b c', refusedBy: ['sqlfluff'] },
  { text: 'SELECT tag FROM t AS tag', refusedBy: ['sqlfluff'] },
];
