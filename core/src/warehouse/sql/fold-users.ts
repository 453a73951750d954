/**
 * The fold: builds the documents of users from the log of operations. It touches only users with an operation that this
 * transaction inserted, and does not depend on the order:
 * - set and unset: per attribute the last one by (op_at, op_id) wins (`user_attrs`);
 * - increments: the last set plus the increments after it, summed from the log in DECIMAL each time. Without a value they
 *   start at 0; on a value that is not a number they are ignored and counted;
 * - the document takes attributes in name order, leaves out what does not fit, and records when some were left out.
 * Every attribute is unnested in one plain statement. AWS documents no UNPIVOT beside another subquery or of a null.
 * UNPIVOT, OBJECT, JSON_SERIALIZE, JSON_PARSE and LISTAGG keep their exact shapes, because the local stand-in knows these.
 */
import { ATTRIBUTES_MAX, DOCUMENT_BYTES_MAX, INCREMENT_SCALE, NAME_BYTES_MAX } from '../../limits.ts';
import type { Statement } from '../warehouse.ts';

const DECIMAL = `DECIMAL(38, ${INCREMENT_SCALE})`;
/** A larger number is not a base for an increment: the sum must fit DECIMAL(38, 12), or the fold would fail. */
const BASE_ABS_MAX = '1e20';

/** All changes of the touched users that the fold reads, one row per attribute: new sets and unsets, all increments. */
const unnestChanges: readonly Statement[] = [
  {
    name: 'list_changes',
    text: `CREATE TEMP TABLE t_changes AS
SELECT user_id, op_at, op_id, CAST('set' AS VARCHAR(16)) AS kind, set_attributes AS changes
FROM t_new_ops
WHERE set_attributes IS NOT NULL
UNION ALL
SELECT user_id, op_at, op_id, CAST('unset' AS VARCHAR(16)) AS kind, unset_attributes AS changes
FROM t_new_ops
WHERE unset_attributes IS NOT NULL
UNION ALL
SELECT o.user_id, o.op_at, o.op_id, CAST('increment' AS VARCHAR(16)) AS kind, o.increment_attributes AS changes
FROM dataloaf.user_ops AS o
JOIN (SELECT DISTINCT user_id FROM t_new_ops) AS t ON t.user_id = o.user_id
WHERE o.increment_attributes IS NOT NULL`,
  },
  {
    name: 'unnest_changes',
    text: `CREATE TEMP TABLE t_unnested AS
SELECT c.user_id, c.op_at, c.op_id, c.kind, CAST(k AS VARCHAR(${NAME_BYTES_MAX})) AS attr, v AS value
FROM t_changes AS c, UNPIVOT c.changes AS v AT k
WHERE c.changes IS NOT NULL`,
  },
];

/** Brings `user_attrs` up to the sets and unsets of the new operations. */
const foldSets: readonly Statement[] = [
  {
    name: 'choose_last_sets',
    text: `CREATE TEMP TABLE t_sets AS
SELECT user_id, attr, CASE WHEN kind = 'set' THEN value END AS value, op_at, op_id
FROM (
  SELECT user_id, attr, kind, value, op_at, op_id,
    ROW_NUMBER() OVER (PARTITION BY user_id, attr ORDER BY op_at DESC, op_id DESC) AS nth
  FROM t_unnested
  WHERE kind <> 'increment'
) AS s
WHERE s.nth = 1`,
  },
  {
    name: 'delete_older_attrs',
    text: `DELETE FROM dataloaf.user_attrs
USING t_sets
WHERE user_attrs.user_id = t_sets.user_id
  AND user_attrs.attr = t_sets.attr
  AND (t_sets.op_at > user_attrs.op_at OR (t_sets.op_at = user_attrs.op_at AND t_sets.op_id > user_attrs.op_id))`,
  },
  {
    // A row that is still there is newer, so a late set with an older time loses.
    name: 'insert_attrs',
    text: `INSERT INTO dataloaf.user_attrs (user_id, attr, value, op_at, op_id)
SELECT s.user_id, s.attr, s.value, s.op_at, s.op_id
FROM t_sets AS s
WHERE NOT EXISTS (
  SELECT 1
  FROM dataloaf.user_attrs AS a
  WHERE a.user_id = s.user_id AND a.attr = s.attr
)`,
  },
];

/** The numbers of all attributes of the touched users that have an increment after their last set. */
const foldIncrements: readonly Statement[] = [
  {
    // Without a value: 0. For a value that is not a number: null, and its increments are ignored. The CASE has SUPER
    // branches and one cast around it, because Redshift may cut a DECIMAL of a CASE to 19 digits.
    name: 'read_bases',
    text: `CREATE TEMP TABLE t_bases AS
SELECT i.user_id, i.attr, a.op_at, a.op_id,
  CAST(
    CASE
      WHEN a.value IS NULL THEN JSON_PARSE('0')
      WHEN JSON_TYPEOF(a.value) = 'number' AND ABS(CAST(a.value AS FLOAT8)) <= ${BASE_ABS_MAX} THEN a.value
    END AS ${DECIMAL}
  ) AS base
FROM (SELECT DISTINCT user_id, attr FROM t_unnested WHERE kind = 'increment') AS i
LEFT JOIN dataloaf.user_attrs AS a ON a.user_id = i.user_id AND a.attr = i.attr`,
  },
  {
    name: 'sum_increments',
    text: `CREATE TEMP TABLE t_numbers AS
SELECT b.user_id, b.attr,
  RTRIM(RTRIM(CAST(CAST(b.base + SUM(CAST(i.value AS ${DECIMAL})) AS ${DECIMAL}) AS VARCHAR(64)), '0'), '.') AS number
FROM t_bases AS b
JOIN t_unnested AS i ON i.user_id = b.user_id AND i.attr = b.attr
WHERE i.kind = 'increment'
  AND b.base IS NOT NULL
  AND (b.op_at IS NULL OR i.op_at > b.op_at OR (i.op_at = b.op_at AND i.op_id > b.op_id))
GROUP BY b.user_id, b.attr, b.base`,
  },
];

/** Counts the new increments on a value that is not a number, as a query with one row. */
export const COUNT_INCREMENTS_IGNORED = `SELECT COUNT(*) AS n
    FROM t_unnested AS i
    JOIN t_bases AS b ON b.user_id = i.user_id AND b.attr = i.attr
    JOIN t_new_ops AS o ON o.op_id = i.op_id
    WHERE i.kind = 'increment'
      AND b.base IS NULL
      AND (i.op_at > b.op_at OR (i.op_at = b.op_at AND i.op_id > b.op_id))`;

/** Rows with the bytes that they and all rows before them take, in name order. */
const addUp = (rows: string): string => `SELECT user_id, attr, value, bytes,
  SUM(bytes) OVER (PARTITION BY user_id ORDER BY attr ROWS UNBOUNDED PRECEDING) AS used
FROM ${rows}`;

/**
 * Finds the first attribute that does not fit, and removes it with all later ones that do not fit either into what the
 * attributes before it leave. Smaller ones after it stay.
 */
const removeMisfits = (rows: string): string => `(
SELECT user_id, attr, value, bytes
FROM (
SELECT user_id, attr, value, bytes, used,
  MAX(CASE WHEN used < ${DOCUMENT_BYTES_MAX} THEN used ELSE 0 END) OVER (PARTITION BY user_id) AS taken
FROM (
${addUp(rows)}
) AS u
) AS t
WHERE used < ${DOCUMENT_BYTES_MAX} OR taken + bytes < ${DOCUMENT_BYTES_MAX}
) AS r`;

/**
 * SQL without recursion cannot follow name order beyond a fixed number of misfits. Three rounds follow it, and after the
 * next misfit the smallest attributes come first. Either way an attribute is left out only when it does not fit.
 */
const chooseMembers = `SELECT user_id, attr, value,
  ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY turn, attr) AS nth,
  SUM(bytes) OVER (PARTITION BY user_id ORDER BY turn, attr ROWS UNBOUNDED PRECEDING) AS used
FROM (
SELECT user_id, attr, value, bytes, CASE WHEN used < ${DOCUMENT_BYTES_MAX} THEN 0 ELSE bytes END AS turn
FROM (
${addUp(removeMisfits(removeMisfits(removeMisfits('t_sized'))))}
) AS u
) AS o`;

/** The documents of the touched users. */
const buildDocuments: readonly Statement[] = [
  {
    // A member costs its one-member object less the braces, plus a comma. JSON_SIZE has no limit.
    name: 'measure_values',
    text: `CREATE TEMP TABLE t_sized AS
SELECT user_id, attr, value, JSON_SIZE(OBJECT(attr, value)) - 1 AS bytes
FROM (
  SELECT a.user_id, a.attr, a.value
  FROM dataloaf.user_attrs AS a
  WHERE a.user_id IN (SELECT user_id FROM t_new_ops)
    AND a.value IS NOT NULL
    AND NOT EXISTS (
      SELECT 1
      FROM t_numbers AS n
      WHERE n.user_id = a.user_id AND n.attr = a.attr
    )
  UNION ALL
  SELECT n.user_id, n.attr, JSON_PARSE(n.number) AS value
  FROM t_numbers AS n
) AS v`,
  },
  {
    // JSON_SERIALIZE gets only what fits: it fails above 64 KB.
    name: 'list_members',
    text: `CREATE TEMP TABLE t_members AS
SELECT user_id, COUNT(*) AS attrs, LISTAGG(SUBSTRING(pair, 2, LEN(pair) - 2), ',') WITHIN GROUP (ORDER BY attr) AS members
FROM (
SELECT user_id, attr, JSON_SERIALIZE(OBJECT(attr, value)) AS pair
FROM (
${chooseMembers}
) AS c
WHERE nth <= ${ATTRIBUTES_MAX} AND used < ${DOCUMENT_BYTES_MAX}
) AS s
GROUP BY user_id`,
  },
];

/** The halves of the load in a transaction: new events, new operations, or both touch users. */
export type UserSources = 'events' | 'operations' | 'both';

const SEEN: Readonly<Record<UserSources, string>> = {
  events: 'SELECT user_id, event_created AS seen_at FROM t_new',
  operations: 'SELECT user_id, op_at AS seen_at FROM t_new_ops',
  both: 'SELECT user_id, event_created AS seen_at FROM t_new\n  UNION ALL\n  SELECT user_id, op_at AS seen_at FROM t_new_ops',
};

/** Inserts new users, still without attributes, and lowers `first_seen` of known ones. */
const seeUsers = (sources: UserSources): readonly Statement[] => [
  {
    name: 'see_users',
    text: `CREATE TEMP TABLE t_seen AS
SELECT user_id, MIN(seen_at) AS first_at
FROM (
  ${SEEN[sources]}
) AS s
GROUP BY user_id`,
  },
  {
    name: 'insert_users',
    text: `INSERT INTO dataloaf.users (user_id, user_attributes, first_seen, updated_at, attributes_truncated)
SELECT s.user_id, JSON_PARSE('{}'), s.first_at, CAST(NULL AS TIMESTAMP), FALSE
FROM t_seen AS s
WHERE NOT EXISTS (
  SELECT 1
  FROM dataloaf.users AS u
  WHERE u.user_id = s.user_id
)`,
  },
  {
    name: 'lower_first_seen',
    text: `UPDATE dataloaf.users
SET first_seen = t_seen.first_at
FROM t_seen
WHERE users.user_id = t_seen.user_id AND t_seen.first_at < users.first_seen`,
  },
];

const writeDocuments: readonly Statement[] = [
  {
    name: 'update_users',
    text: `UPDATE dataloaf.users
SET user_attributes = JSON_PARSE(d.document),
  updated_at = GREATEST(users.updated_at, d.updated_at),
  attributes_truncated = d.truncated
FROM (
  SELECT t.user_id, t.updated_at, '{' || COALESCE(m.members, '') || '}' AS document,
    COALESCE(m.attrs, 0) < COALESCE(v.attrs, 0) AS truncated
  FROM (SELECT user_id, MAX(op_at) AS updated_at FROM t_new_ops GROUP BY user_id) AS t
  LEFT JOIN t_members AS m ON m.user_id = t.user_id
  LEFT JOIN (SELECT user_id, COUNT(*) AS attrs FROM t_sized GROUP BY user_id) AS v ON v.user_id = t.user_id
) AS d
WHERE users.user_id = d.user_id`,
  },
];

/** Everything that new events and new operations change in `users`. */
export function foldUsers(sources: UserSources): readonly Statement[] {
  if (sources === 'events') return seeUsers(sources);
  return [...unnestChanges, ...foldSets, ...foldIncrements, ...buildDocuments, ...seeUsers(sources), ...writeDocuments];
}
