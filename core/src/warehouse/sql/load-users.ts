/**
 * The operations of a load; merge runs them alone. Staged lines become rows of the log, and conflicts. `fold-users.ts`
 * builds documents from the log.
 */
import { OPERATION_COLUMNS } from '../../values/operation.ts';
import type { Statement } from '../warehouse.ts';
import { type CopySource, copyManifest, copyName, copyObject } from './copy.ts';
import { createStaging } from './create-table.ts';
import { LOAD_ID } from './mutex.ts';

const COLUMNS = Object.keys(OPERATION_COLUMNS).join(', ');

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
