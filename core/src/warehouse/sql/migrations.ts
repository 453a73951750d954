/**
 * Numbered migrations of the warehouse. Each runs in one transaction under the mutex and records its number; an applied
 * one refuses to run again. Migration 1 creates the tables from their specs, without what later migrations add: an applied
 * migration never changes. A later change adds a migration and only adds to the warehouse.
 */
import { HASH_COLUMN } from '../../values/content-hash.ts';

import {
  EVENT_CONFLICTS,
  EVENT_KEYS,
  LOAD_FILES,
  LOAD_MUTEX,
  OP_CONFLICTS,
  OP_KEYS,
  SCHEMA_MIGRATIONS,
  TABLES,
  type Table,
} from '../tables.ts';
import type { Statement } from '../warehouse.ts';
import { EVENT_OWNER_HASH, OPERATION_OWNER_HASH } from './content-hash.ts';
import { addColumn, createTable } from './create-table.ts';
import { idDay } from './id-day.ts';
import { integer, literal } from './literal.ts';
import { takeMutex } from './mutex.ts';
import { objectHour } from './object-hour.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What the mutex itself needs. Two runs at once may conflict in the catalogue: one of them fails, and succeeds when repeated. */
export const createBase: readonly Statement[] = [
  { name: 'create_schema', text: 'CREATE SCHEMA IF NOT EXISTS dataloaf' },
  createTable(LOAD_MUTEX),
  createTable(SCHEMA_MIGRATIONS),
];

/** The one row of the mutex. A second row would break every load id. */
export const seedMutex: readonly Statement[] = [
  { name: 'lock_mutex', text: 'LOCK dataloaf.load_mutex' },
  {
    name: 'seed_mutex',
    text: `INSERT INTO dataloaf.load_mutex (id, n)
SELECT 1, 0
FROM (SELECT COUNT(*) AS known FROM dataloaf.load_mutex) AS m
WHERE m.known = 0`,
  },
];

/** Migration 2 adds the column to these tables, and creates one. */
const HASHED: readonly Table[] = [EVENT_KEYS, EVENT_CONFLICTS, OP_CONFLICTS];
const CREATED_LATER: readonly Table[] = [LOAD_MUTEX, OP_KEYS];

/** Of the ledger of objects before migration 3. */
const FILE_COLUMNS = Object.keys(LOAD_FILES.columns).filter((column) => column !== 'object_hour');

/** A table as migration 1 creates it. */
function first(table: Table): Table {
  if (table === LOAD_FILES) return { ...withoutColumn(table, 'object_hour'), sortKey: ['object_uri'] };
  return HASHED.includes(table) ? withoutColumn(table, 'content_hash') : table;
}

const withoutColumn = (table: Table, name: string): Table => ({
  ...table,
  columns: Object.fromEntries(Object.entries(table.columns).filter(([column]) => column !== name)),
});

/**
 * What is loaded already gets the half of the hash that SQL can compute. So a later line with another name or user is a
 * conflict, without a look at the stored item.
 */
const hashContents: readonly Statement[] = [
  ...HASHED.map((table) => addColumn(table, 'content_hash', HASH_COLUMN.content_hash)),
  createTable(OP_KEYS),
  {
    name: 'fill_op_keys',
    text: `INSERT INTO dataloaf.op_keys (id_day, op_id, content_hash)
SELECT ${idDay('op_id')}, op_id, ${OPERATION_OWNER_HASH}
FROM dataloaf.user_ops`,
  },
  {
    name: 'fill_event_keys',
    text: `UPDATE dataloaf.event_keys
SET content_hash = e.content_hash
FROM (
  SELECT event_id, ${EVENT_OWNER_HASH} AS content_hash
  FROM dataloaf.events
) AS e
WHERE event_keys.event_id = e.event_id`,
  },
  {
    name: 'fill_event_conflicts',
    text: `UPDATE dataloaf.event_conflicts
SET content_hash = ${EVENT_OWNER_HASH}`,
  },
  {
    name: 'fill_op_conflicts',
    text: `UPDATE dataloaf.op_conflicts
SET content_hash = ${OPERATION_OWNER_HASH}`,
  },
];

/**
 * A new table with the same rows. AWS documents ALTER SORTKEY, but not inside a transaction; each of these statements may be
 * in one. Whoever was granted rights on the table needs them again.
 */
const sortObjects: readonly Statement[] = [
  {
    name: 'keep_load_files',
    text: `CREATE TEMP TABLE t_load_files AS
SELECT ${FILE_COLUMNS.join(', ')}
FROM dataloaf.load_files`,
  },
  { name: 'drop_load_files', text: 'DROP TABLE dataloaf.load_files' },
  createTable(LOAD_FILES),
  {
    name: 'fill_load_files',
    text: `INSERT INTO dataloaf.load_files (${[...FILE_COLUMNS, 'object_hour'].join(', ')})
SELECT ${FILE_COLUMNS.join(', ')},
  ${objectHour('object_uri')}
FROM t_load_files`,
  },
];

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'create_tables',
    statements: TABLES.filter((table) => !CREATED_LATER.includes(table))
      .map(first)
      .map(createTable),
  },
  { version: 2, name: 'hash_contents', statements: hashContents },
  { version: 3, name: 'sort_objects', statements: sortObjects },
];

/** The version of the tables that this code needs. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

export const readVersions: Statement = {
  name: 'read_versions',
  text: `SELECT version
FROM dataloaf.schema_migrations
ORDER BY version`,
};

/** The guard of a migration: it fails when the migration is applied already. */
export const REFUSE_APPLIED = 'refuse_applied';

/** The transaction of one migration. */
export const applyMigration = (migration: Migration): readonly Statement[] => [
  ...takeMutex,
  {
    name: REFUSE_APPLIED,
    text: `SELECT 1 / (CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END)
FROM dataloaf.schema_migrations
WHERE version = ${integer(migration.version)}`,
  },
  ...migration.statements,
  {
    name: 'record_migration',
    text: `INSERT INTO dataloaf.schema_migrations (version, name, applied_at)
VALUES (${integer(migration.version)}, ${literal(migration.name)}, GETDATE())`,
  },
];
