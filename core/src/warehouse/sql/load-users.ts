/**
 * The operations of a load; merge runs them alone. Staged lines become rows of the log, keys and conflicts.
 * `fold-users.ts` builds documents from the log.
 */
import { OPERATION_COLUMNS, OPERATION_LINE_COLUMNS } from '../../values/operation.ts';
import type { Statement } from '../warehouse.ts';
import { type CopySource, copyManifest, copyName, copyObject } from './copy.ts';
import { createStaging } from './create-table.ts';
import { chooseNew, columnList, insertConflicts, insertKeys, STAGED_OPERATIONS } from './known-ids.ts';

const COLUMNS = columnList(OPERATION_COLUMNS);

const STAGING = STAGED_OPERATIONS.staged;
export const COPY_OPERATIONS = copyName(STAGING);

const source = (uri: string, roleArn: string): CopySource => ({
  table: STAGING,
  columns: OPERATION_LINE_COLUMNS,
  uri,
  roleArn,
});

export const stageOperations = (manifestUri: string, roleArn: string): readonly Statement[] => [
  createStaging(STAGING, OPERATION_LINE_COLUMNS),
  copyManifest(source(manifestUri, roleArn)),
];

export const stageDirectOperations = (objectUri: string, roleArn: string): readonly Statement[] => [
  createStaging(STAGING, OPERATION_LINE_COLUMNS),
  copyObject(source(objectUri, roleArn)),
];

/** Appends to the log the operations that it does not have, and keeps conflicts; `batchId` is an SQL literal. */
export const logOperations = (batchId: string): readonly Statement[] => [
  chooseNew(STAGED_OPERATIONS),
  {
    name: 'insert_user_ops',
    text: `INSERT INTO dataloaf.user_ops (${COLUMNS}, batch_id)
SELECT ${COLUMNS}, ${batchId}
FROM t_new_ops`,
  },
  insertKeys(STAGED_OPERATIONS),
  insertConflicts(STAGED_OPERATIONS),
];
