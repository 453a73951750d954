/**
 * The users half of a load; merge runs it alone. Staged operations become the log, and the fold builds documents from the
 * log. The fold touches only users with an operation that this transaction inserted, and does not depend on the order:
 * - set and unset: per attribute the last one by (op_at, op_id) wins (`user_attrs`);
 * - increments: the last set plus the increments after it, summed from the log in DECIMAL each time. Without a value they
 *   start at 0; on a value that is not a number they are ignored and counted;
 * - the document takes attributes in name order as far as the limits allow, and records when some were left out.
 * UNPIVOT, OBJECT, JSON_SERIALIZE, JSON_PARSE and LISTAGG keep their exact shapes, because the local stand-in knows these.
 */
import { ATTRIBUTES_MAX, DOCUMENT_BYTES_MAX, INCREMENT_SCALE } from '../../limits.ts';
import { OPERATION_COLUMNS } from '../../values/operation.ts';
import type { Statement } from '../warehouse.ts';
import { type CopySource, copyManifest, copyName, copyObject } from './copy.ts';
import { createStaging } from './create-table.ts';
import { LOAD_ID } from './mutex.ts';

const COLUMNS = Object.keys(OPERATION_COLUMNS).join(', ');
const DECIMAL = `DECIMAL(38, ${INCREMENT_SCALE})`;
/** A larger number is not a base for an increment: the sum must fit DECIMAL(38, 12), or the fold would fail. */
const BASE_ABS_MAX = '1e20';

const STAGING = 't_ops';
export const COPY_OPERATIONS = copyName(STAGING);

const source = (uri: string, roleArn: string): CopySource => ({
  table: STAGING,
  columns: OPERATION_COLUMNS,
  uri,
  roleArn,
});

export const stageOperations = (manifestUri: string, roleArn: string): readonly Statement[] => [
  createStaging(STAGING, OPERATION_COLUMNS),
  copyManifest(source(manifestUri, roleArn)),
];

export const stageDirectOperations = (objectUri: string, roleArn: string): readonly Statement[] => [
  createStaging(STAGING, OPERATION_COLUMNS),
  copyObject(source(objectUri, roleArn)),
];

/** Appends to the log the operations that it does not have, and keeps conflicts; `batchId` is an SQL literal. */
export const logOperations = (batchId: string): readonly Statement[] => [
  {
    name: 'choose_new_ops',
    text: `CREATE TEMP TABLE t_new_ops AS
SELECT ${COLUMNS}
FROM (
  SELECT ${COLUMNS}, ROW_NUMBER() OVER (PARTITION BY op_id ORDER BY op_at, user_id) AS nth
  FROM t_ops
) AS s
WHERE s.nth = 1
  AND NOT EXISTS (
    SELECT 1
    FROM dataloaf.user_ops AS o
    WHERE o.op_id = s.op_id
  )`,
  },
  {
    name: 'insert_user_ops',
    text: `INSERT INTO dataloaf.user_ops (${COLUMNS}, batch_id)
SELECT ${COLUMNS}, ${batchId}
FROM t_new_ops`,
  },
  {
    name: 'choose_op_conflicts',
    text: `CREATE TEMP TABLE t_op_conflicts AS
SELECT ${COLUMNS}
FROM (
  SELECT ${COLUMNS.replace(/\w+/g, 's.$&')}, ROW_NUMBER() OVER (PARTITION BY s.op_id, s.user_id ORDER BY s.op_at) AS nth
  FROM t_ops AS s
  JOIN dataloaf.user_ops AS o ON o.op_id = s.op_id
  WHERE o.user_id <> s.user_id
    AND NOT EXISTS (
      SELECT 1
      FROM dataloaf.op_conflicts AS c
      WHERE c.op_id = s.op_id AND c.user_id = s.user_id
    )
) AS m
WHERE m.nth = 1`,
  },
  {
    name: 'insert_op_conflicts',
    text: `INSERT INTO dataloaf.op_conflicts (${COLUMNS}, load_id)
SELECT ${COLUMNS}, ${LOAD_ID}
FROM t_op_conflicts`,
  },
];

/** Brings `user_attrs` up to the sets and unsets of the new operations. */
const foldSets: readonly Statement[] = [
  {
    name: 'choose_last_sets',
    text: `CREATE TEMP TABLE t_sets AS
SELECT user_id, attr, value, op_at, op_id
FROM (
  SELECT user_id, attr, value, op_at, op_id,
    ROW_NUMBER() OVER (PARTITION BY user_id, attr ORDER BY op_at DESC, op_id DESC) AS nth
  FROM (
    SELECT o.user_id, CAST(k AS VARCHAR(256)) AS attr, v AS value, o.op_at, o.op_id
    FROM t_new_ops AS o, UNPIVOT o.set_attributes AS v AT k
    UNION ALL
    SELECT o.user_id, CAST(k AS VARCHAR(256)) AS attr, CAST(NULL AS SUPER) AS value, o.op_at, o.op_id
    FROM t_new_ops AS o, UNPIVOT o.unset_attributes AS v AT k
  ) AS m
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
    name: 'read_increments',
    text: `CREATE TEMP TABLE t_increments AS
SELECT o.user_id, CAST(k AS VARCHAR(256)) AS attr, CAST(v AS ${DECIMAL}) AS amount, o.op_at, o.op_id
FROM dataloaf.user_ops AS o, UNPIVOT o.increment_attributes AS v AT k
WHERE o.user_id IN (SELECT user_id FROM t_new_ops)`,
  },
  {
    // Without a value: 0. For a value that is not a number: null, and its increments are ignored.
    name: 'read_bases',
    text: `CREATE TEMP TABLE t_bases AS
SELECT i.user_id, i.attr, a.op_at, a.op_id,
  CASE
    WHEN a.value IS NULL THEN CAST(0 AS ${DECIMAL})
    WHEN JSON_TYPEOF(a.value) = 'number' THEN
      CASE WHEN ABS(CAST(a.value AS FLOAT8)) <= ${BASE_ABS_MAX} THEN CAST(a.value AS ${DECIMAL}) END
  END AS base
FROM (SELECT DISTINCT user_id, attr FROM t_increments) AS i
LEFT JOIN dataloaf.user_attrs AS a ON a.user_id = i.user_id AND a.attr = i.attr`,
  },
  {
    name: 'sum_increments',
    text: `CREATE TEMP TABLE t_numbers AS
SELECT b.user_id, b.attr, RTRIM(RTRIM(CAST(CAST(b.base + SUM(i.amount) AS ${DECIMAL}) AS VARCHAR(64)), '0'), '.') AS number
FROM t_bases AS b
JOIN t_increments AS i ON i.user_id = b.user_id AND i.attr = b.attr
WHERE b.base IS NOT NULL
  AND (b.op_at IS NULL OR i.op_at > b.op_at OR (i.op_at = b.op_at AND i.op_id > b.op_id))
GROUP BY b.user_id, b.attr, b.base`,
  },
];

/** The documents of the touched users. */
const buildDocuments: readonly Statement[] = [
  {
    name: 'read_values',
    text: `CREATE TEMP TABLE t_values AS
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
FROM t_numbers AS n`,
  },
  {
    // A member costs its one-member object less the braces, plus a comma. JSON_SERIALIZE must not get a value above 64 KB.
    name: 'measure_values',
    text: `CREATE TEMP TABLE t_sized AS
SELECT user_id, attr, value,
  ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY attr) AS nth,
  SUM(JSON_SIZE(OBJECT(attr, value)) - 1) OVER (PARTITION BY user_id ORDER BY attr ROWS UNBOUNDED PRECEDING) AS bytes
FROM t_values`,
  },
  {
    name: 'list_members',
    text: `CREATE TEMP TABLE t_members AS
SELECT user_id, COUNT(*) AS attrs, LISTAGG(SUBSTRING(pair, 2, LEN(pair) - 2), ',') WITHIN GROUP (ORDER BY attr) AS members
FROM (
  SELECT user_id, attr, JSON_SERIALIZE(OBJECT(attr, value)) AS pair
  FROM t_sized
  WHERE nth <= ${ATTRIBUTES_MAX} AND bytes < ${DOCUMENT_BYTES_MAX}
) AS s
GROUP BY user_id`,
  },
  {
    name: 'build_documents',
    text: `CREATE TEMP TABLE t_documents AS
SELECT t.user_id, t.updated_at, '{' || COALESCE(m.members, '') || '}' AS document,
  COALESCE(m.attrs, 0) < COALESCE(v.attrs, 0) AS truncated
FROM (SELECT user_id, MAX(op_at) AS updated_at FROM t_new_ops GROUP BY user_id) AS t
LEFT JOIN t_members AS m ON m.user_id = t.user_id
LEFT JOIN (SELECT user_id, COUNT(*) AS attrs FROM t_values GROUP BY user_id) AS v ON v.user_id = t.user_id`,
  },
];

/** The halves of the load in a transaction: new events, new operations, or both touch users. */
export type UserSources = 'events' | 'operations' | 'both';

const SEEN: Readonly<Record<UserSources, string>> = {
  events: 'SELECT user_id, event_created AS at FROM t_new',
  operations: 'SELECT user_id, op_at AS at FROM t_new_ops',
  both: 'SELECT user_id, event_created AS at FROM t_new\n  UNION ALL\n  SELECT user_id, op_at AS at FROM t_new_ops',
};

/** Inserts new users, still without attributes, and lowers `first_seen` of known ones. */
const seeUsers = (sources: UserSources): readonly Statement[] => [
  {
    name: 'see_users',
    text: `CREATE TEMP TABLE t_seen AS
SELECT user_id, MIN(at) AS first_at
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
SET user_attributes = JSON_PARSE(t_documents.document),
  updated_at = GREATEST(users.updated_at, t_documents.updated_at),
  attributes_truncated = t_documents.truncated
FROM t_documents
WHERE users.user_id = t_documents.user_id`,
  },
];

/** Everything that new events and new operations change in `users`. */
export function foldUsers(sources: UserSources): readonly Statement[] {
  if (sources === 'events') return seeUsers(sources);
  return [...foldSets, ...foldIncrements, ...buildDocuments, ...seeUsers(sources), ...writeDocuments];
}

/** Counts the new increments on a value that is not a number, as a scalar subquery. */
export const INCREMENTS_IGNORED = `(
    SELECT COUNT(*)
    FROM t_increments AS i
    JOIN t_bases AS b ON b.user_id = i.user_id AND b.attr = i.attr
    WHERE b.base IS NULL
      AND (i.op_at > b.op_at OR (i.op_at = b.op_at AND i.op_id > b.op_id))
      AND i.op_id IN (SELECT op_id FROM t_new_ops)
  )`;
