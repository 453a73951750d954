/**
 * Which staged lines are new, and which are conflicts. Both look ids up in a table of keys, which holds the hash of the
 * content beside each id, so the stored items are never read. Across loads the item that was loaded first stays. Within a
 * load the least hash wins, so that neither the order of the lines nor a time decides; lines without a hash come after it,
 * the earliest first.
 */
import type { Columns } from '../../columns.ts';
import { EVENT_COLUMNS } from '../../values/event.ts';
import { OPERATION_COLUMNS } from '../../values/operation.ts';
import type { Statement } from '../warehouse.ts';
import { EVENT_OWNER_HASH, hashesDiffer, OPERATION_OWNER_HASH } from './content-hash.ts';
import { idDay } from './id-day.ts';

export interface Staged {
  /** What the names of the statements call the items. */
  readonly items: string;
  /** Staging table. */
  readonly staged: string;
  /** Temporary table of the new items. */
  readonly chosen: string;
  readonly columns: Columns;
  readonly id: string;
  readonly time: string;
  /** Columns that decide last between lines without a hash. */
  readonly owner: string;
  readonly ownerHash: string;
  /** Permanent tables. */
  readonly keys: string;
  readonly conflicts: string;
}

export const STAGED_EVENTS: Staged = {
  items: 'events',
  staged: 't_events',
  chosen: 't_new',
  columns: EVENT_COLUMNS,
  id: 'event_id',
  time: 'event_created',
  owner: 'event_name, user_id',
  ownerHash: EVENT_OWNER_HASH,
  keys: 'event_keys',
  conflicts: 'event_conflicts',
};

export const STAGED_OPERATIONS: Staged = {
  items: 'ops',
  staged: 't_ops',
  chosen: 't_new_ops',
  columns: OPERATION_COLUMNS,
  id: 'op_id',
  time: 'op_at',
  owner: 'user_id',
  ownerHash: OPERATION_OWNER_HASH,
  keys: 'op_keys',
  conflicts: 'op_conflicts',
};

export const columnList = (columns: Columns, alias = ''): string =>
  Object.keys(columns)
    .map((name) => `${alias}${name}`)
    .join(', ');

/** One row per id, without the ids that the warehouse has. It comes before anything is inserted. */
export function chooseNew({ items, staged, chosen, columns, id, time, owner, ownerHash, keys }: Staged): Statement {
  const all = columnList(columns);
  return {
    name: `choose_new_${items}`,
    text: `CREATE TEMP TABLE ${chosen} AS
SELECT ${all}, content_hash, id_day
FROM (
  SELECT ${all}, COALESCE(content_hash, ${ownerHash}) AS content_hash,
    ${idDay(id)} AS id_day,
    ROW_NUMBER() OVER (PARTITION BY ${id} ORDER BY content_hash, ${time}, ${owner}) AS nth
  FROM ${staged}
) AS s
WHERE s.nth = 1
  AND NOT EXISTS (
    SELECT 1
    FROM dataloaf.${keys} AS k
    WHERE k.id_day = s.id_day AND k.${id} = s.${id}
  )`,
  };
}

/** The keys of the new items. */
export const insertKeys = ({ chosen, id, keys }: Staged): Statement => ({
  name: `insert_${keys}`,
  text: `INSERT INTO dataloaf.${keys} (id_day, ${id}, content_hash)
SELECT id_day, ${id}, content_hash
FROM ${chosen}`,
});

/** Keeps each content once that differs from that of its key. It comes after the keys: lines of one load can conflict. */
export function insertConflicts({ staged, chosen, columns, id, time, ownerHash, keys, conflicts }: Staged): Statement {
  const all = columnList(columns);
  return {
    name: `insert_${conflicts}`,
    text: `INSERT INTO dataloaf.${conflicts} (${all}, content_hash, load_id)
SELECT ${columnList(columns, 'd.')}, d.content_hash, m.n
FROM (
  SELECT ${columnList(columns, 'r.')}, r.content_hash,
    ROW_NUMBER() OVER (PARTITION BY r.${id}, r.content_hash ORDER BY r.${time}) AS nth
  FROM (
    SELECT ${all}, content_hash,
      ${idDay(id)} AS id_day
    FROM (
      SELECT ${all}, COALESCE(content_hash, ${ownerHash}) AS content_hash
      FROM ${staged}
    ) AS s
    WHERE NOT EXISTS (
      SELECT 1
      FROM ${chosen} AS n
      WHERE n.${id} = s.${id} AND n.content_hash = s.content_hash
    )
  ) AS r
  JOIN dataloaf.${keys} AS k ON k.id_day = r.id_day AND k.${id} = r.${id}
  WHERE ${hashesDiffer('k.content_hash', 'r.content_hash')}
) AS d
CROSS JOIN dataloaf.load_mutex AS m
WHERE m.id = 1
  AND d.nth = 1
  AND NOT EXISTS (
    SELECT 1
    FROM dataloaf.${conflicts} AS c
    WHERE c.${id} = d.${id} AND c.content_hash = d.content_hash
  )`,
  };
}

/** Counts the conflicts that the running load has inserted, as a query with one row. */
export const countConflicts = ({ conflicts }: Staged): string =>
  `SELECT COUNT(*) AS n FROM dataloaf.${conflicts} AS c JOIN dataloaf.load_mutex AS m ON m.n = c.load_id WHERE m.id = 1`;
