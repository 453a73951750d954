/**
 * The attribute catalogue: for each event name its attributes, their types and their frequent values. A transaction of its
 * own derives it from the newly loaded events after the load; when that fails, only suggestions are missing. A value is
 * counted only in loads where it was frequent, so its count is a lower bound.
 */
import { CATALOG_VALUES_MAX, CATALOG_VALUES_PER_LOAD_MAX, NAME_BYTES_MAX } from '../../limits.ts';
import type { Statement } from '../warehouse.ts';
import { integer } from './literal.ts';
import { takeMutex } from './mutex.ts';

/** Two rows with the same key. The value of a total row is null, so each value is compared as a string that is never null. */
const IS_SAME = `attribute_catalog.event_name = t_counts.event_name
  AND attribute_catalog.attr = t_counts.attr
  AND attribute_catalog.type = t_counts.type
  AND NVL('v' || attribute_catalog.value, 'n') = NVL('v' || t_counts.value, 'n')`;

/** Adds the events of one load. */
export const refreshCatalog = (loadId: number): readonly Statement[] => [
  ...takeMutex,
  ...countAttributes(loadId),
  ...addCounts,
  ...deleteRareValues,
];

/** `t_counts`: per event name, attribute and type one row of all values, and one of each frequent value. */
const countAttributes = (loadId: number): readonly Statement[] => [
  {
    name: 'list_attributes',
    text: `CREATE TEMP TABLE t_pairs AS
SELECT e.event_name, CAST(k AS VARCHAR(${NAME_BYTES_MAX})) AS attr, JSON_TYPEOF(v) AS type,
  CASE
    WHEN JSON_TYPEOF(v) IN ('string', 'number', 'boolean') AND JSON_SIZE(v) <= ${NAME_BYTES_MAX}
    THEN CAST(v AS VARCHAR(${NAME_BYTES_MAX}))
  END AS value
FROM dataloaf.events AS e, UNPIVOT e.event_attributes AS v AT k
WHERE e.load_id = ${integer(loadId)} AND e.event_attributes IS NOT NULL`,
  },
  {
    name: 'count_attributes',
    text: `CREATE TEMP TABLE t_counts AS
SELECT event_name, attr, type, CAST(NULL AS VARCHAR(${NAME_BYTES_MAX})) AS value, COUNT(*) AS events
FROM t_pairs
GROUP BY event_name, attr, type
UNION ALL
SELECT event_name, attr, type, value, events
FROM (
  SELECT event_name, attr, type, value, events,
    ROW_NUMBER() OVER (PARTITION BY event_name, attr ORDER BY events DESC, value) AS nth
  FROM (
    SELECT event_name, attr, type, value, COUNT(*) AS events
    FROM t_pairs
    WHERE value IS NOT NULL
    GROUP BY event_name, attr, type, value
  ) AS c
) AS s
WHERE s.nth <= ${CATALOG_VALUES_PER_LOAD_MAX}`,
  },
];

const addCounts: readonly Statement[] = [
  {
    name: 'add_known_attributes',
    text: `UPDATE dataloaf.attribute_catalog
SET events = attribute_catalog.events + t_counts.events
FROM t_counts
WHERE ${IS_SAME}`,
  },
  {
    name: 'insert_new_attributes',
    text: `INSERT INTO dataloaf.attribute_catalog (event_name, attr, type, value, events)
SELECT t_counts.event_name, t_counts.attr, t_counts.type, t_counts.value, t_counts.events
FROM t_counts
LEFT JOIN dataloaf.attribute_catalog ON ${IS_SAME}
WHERE attribute_catalog.event_name IS NULL`,
  },
];

/** Keeps the most frequent values of each attribute. */
const deleteRareValues: readonly Statement[] = [
  {
    name: 'choose_rare_values',
    text: `CREATE TEMP TABLE t_rare AS
SELECT event_name, attr, type, value
FROM (
  SELECT event_name, attr, type, value,
    ROW_NUMBER() OVER (PARTITION BY event_name, attr ORDER BY events DESC, value) AS nth
  FROM dataloaf.attribute_catalog
  WHERE value IS NOT NULL
) AS s
WHERE s.nth > ${CATALOG_VALUES_MAX}`,
  },
  {
    name: 'delete_rare_values',
    text: `DELETE FROM dataloaf.attribute_catalog
USING t_rare
WHERE attribute_catalog.event_name = t_rare.event_name
  AND attribute_catalog.attr = t_rare.attr
  AND attribute_catalog.type = t_rare.type
  AND attribute_catalog.value = t_rare.value`,
  },
];
