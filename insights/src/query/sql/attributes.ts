/** The attributes of events and users, for pickers. Those of events come from the catalogue, those of users from their values. */
import { NAME_BYTES_MAX } from '@dataloaf/core/limits';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { ATTRIBUTE_ROWS_MAX, ATTRIBUTE_VALUES_MAX } from '../model/limits.ts';
import { createParams } from './params.ts';

/** Columns `attr`, `type`, `value` (null in the row of all values) and `items`, the most frequent attributes first. */
export function compileEventAttributes(event: string | undefined): Statement {
  const params = createParams();
  const where = event === undefined ? '' : `\nWHERE event_name = ${params.text(event)}`;
  return {
    name: 'event_attributes',
    text: `SELECT attr, type, value, SUM(events) AS items
FROM dataloaf.attribute_catalog${where}
GROUP BY attr, type, value
ORDER BY items DESC, attr, type, value
LIMIT ${ATTRIBUTE_ROWS_MAX}`,
    params: params.values,
  };
}

/** The same columns. It reads every attribute of every user, so it is asked once a load. */
export const USER_ATTRIBUTES: Statement = {
  name: 'user_attributes',
  text: `SELECT r.attr, r.type, r.value, r.items
FROM (
  SELECT c.attr, c.type, c.value, c.items,
    ROW_NUMBER() OVER (PARTITION BY c.attr ORDER BY c.items DESC, c.type, c.value) AS nth
  FROM (
    SELECT a.attr, JSON_TYPEOF(a.value) AS type,
      CASE
        WHEN JSON_TYPEOF(a.value) IN ('string', 'number', 'boolean') AND JSON_SIZE(a.value) <= ${NAME_BYTES_MAX}
        THEN CAST(a.value AS VARCHAR(${NAME_BYTES_MAX}))
      END AS value,
      COUNT(*) AS items
    FROM dataloaf.user_attrs AS a
    WHERE a.value IS NOT NULL
    GROUP BY 1, 2, 3
  ) AS c
) AS r
WHERE r.nth <= ${ATTRIBUTE_VALUES_MAX}
ORDER BY r.items DESC, r.attr, r.type, r.value
LIMIT ${ATTRIBUTE_ROWS_MAX}`,
  params: {},
};
