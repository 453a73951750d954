/** What the warehouse is, and what each role may do there. Facts of one warehouse are not compared with those of another. Pure. */
import { type Check, needed, OPEN } from '../check.ts';
import { probe, rows, sql } from './make.ts';

/** Settings that change what our statements mean, or how long they may take. */
const SETTINGS = ['statement_timeout', 'enable_case_sensitive_identifier', 'timezone', 'datestyle', 'search_path'];

export const VERSION_CHECK = 'fact.version';

export const FACT_CHECKS: readonly Check[] = [
  probe([VERSION_CHECK, 'the version of the warehouse'], OPEN, {
    statements: [sql('version', 'SELECT VERSION() AS version')],
  }),
  probe(
    ['fact.collation', 'the database is case-sensitive: SUPER exists only there'],
    needed(rows(['case_sensitive'])),
    {
      statements: [sql('collation', 'SELECT DB_COLLATION() AS collation')],
    },
  ),
  probe(['fact.settings', 'the settings of the session'], OPEN, {
    statements: [
      sql(
        'settings',
        `SELECT name, setting\nFROM pg_settings\nWHERE LOWER(name) IN (${SETTINGS.map((name) => `'${name}'`).join(', ')})\nORDER BY name`,
      ),
    ],
  }),
];
