/** The ledger: written in the same transaction as the data, asked for the truth about any load. */
import { LOAD_BATCHES, LOAD_FILES } from '../tables.ts';
import type { Statement } from '../warehouse.ts';
import { copyObject } from './copy.ts';
import { createStaging } from './create-table.ts';
import { integer, literal } from './literal.ts';
import { INCREMENTS_IGNORED, type UserSources } from './load-users.ts';
import { LOAD_ID } from './mutex.ts';

/** What a batch lists of each object; also a line of `files.ndjson`. */
export const FILE_COLUMNS = {
  object_uri: LOAD_FILES.columns.object_uri,
  etag: LOAD_FILES.columns.etag,
  bytes: LOAD_FILES.columns.bytes,
  stream: LOAD_FILES.columns.stream,
} as const;

export interface LedgerBatch {
  readonly batchId: string;
  readonly generation: number;
}

/** The batch's files, and the guard that ends the transaction when one of them is in the ledger. */
export const stageFiles = (
  batch: LedgerBatch,
  source: { readonly filesUri: string; readonly roleArn: string },
): readonly Statement[] => [
  createStaging('t_files', FILE_COLUMNS),
  copyObject({ table: 't_files', columns: FILE_COLUMNS, uri: source.filesUri, roleArn: source.roleArn }),
  {
    // Division by zero is the only way in which a batch of statements can stop itself.
    name: REFUSE_LOADED,
    text: `SELECT 1 / (CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END)
FROM t_files AS t
JOIN dataloaf.load_files AS f ON f.object_uri = t.object_uri AND f.generation = ${integer(batch.generation)}`,
  },
];

/** Name of the guard, by which a failure is told from others. */
export const REFUSE_LOADED = 'refuse_loaded_files';

export function recordLoad(batch: LedgerBatch, sources: UserSources): readonly Statement[] {
  return [
    {
      name: 'insert_load_files',
      text: `INSERT INTO dataloaf.load_files (object_uri, etag, bytes, stream, generation, batch_id, outcome)
SELECT object_uri, etag, bytes, stream, ${integer(batch.generation)}, ${literal(batch.batchId)}, 'loaded'
FROM t_files`,
    },
    insertBatch(batch, { kind: 'load', files: '(SELECT COUNT(*) FROM t_files)', sources }),
  ];
}

/** The row of a direct merge: without files, for its object is no part of the log. */
export const recordDirect = (batch: LedgerBatch): Statement =>
  insertBatch(batch, { kind: 'direct', files: '0', sources: 'operations' });

function insertBatch(
  batch: LedgerBatch,
  row: { readonly kind: 'load' | 'direct'; readonly files: string; readonly sources: UserSources },
): Statement {
  const hasEvents = row.sources !== 'operations';
  const hasOperations = row.sources !== 'events';
  const count = (table: string, isThere: boolean): string => (isThere ? `(SELECT COUNT(*) FROM ${table})` : '0');
  return {
    name: 'insert_load_batch',
    text: `INSERT INTO dataloaf.load_batches (${Object.keys(LOAD_BATCHES.columns).join(', ')})
SELECT
  ${literal(batch.batchId)},
  '${row.kind}',
  ${integer(batch.generation)},
  ${LOAD_ID},
  ${row.files},
  ${count('t_events', hasEvents)},
  ${count('t_new', hasEvents)},
  ${count('t_conflicts', hasEvents)},
  ${count('t_ops', hasOperations)},
  ${count('t_new_ops', hasOperations)},
  ${count('t_op_conflicts', hasOperations)},
  ${hasOperations ? INCREMENTS_IGNORED : '0'},
  GETDATE()`,
  };
}

/** Whether the batch committed, and its balance. */
export const readBatch = (batch: LedgerBatch): Statement => ({
  name: 'read_batch',
  text: `SELECT load_id, files, staged_events, new_events, conflicts, staged_ops, new_ops, op_conflicts, increments_ignored
FROM dataloaf.load_batches
WHERE batch_id = :batch_id AND generation = ${integer(batch.generation)}`,
  params: { batch_id: batch.batchId },
});

export interface KeyRange {
  readonly firstUri: string;
  readonly lastUri: string;
}

/** The ledger's objects between two addresses, both included. */
export const readFiles = (generation: number, range: KeyRange): Statement => ({
  name: 'read_files',
  text: `SELECT object_uri
FROM dataloaf.load_files
WHERE generation = ${integer(generation)} AND object_uri >= :first_uri AND object_uri <= :last_uri
ORDER BY object_uri`,
  params: { first_uri: range.firstUri, last_uri: range.lastUri },
});

/** The newest load, direct merges left out; null when there was none, as in a warehouse made anew. */
export const readNewestLoad: Statement = {
  name: 'read_newest_load',
  text: `SELECT MAX(load_id) AS load_id
FROM dataloaf.load_batches
WHERE kind = 'load'`,
};

/** The newest load or direct merge, with its balance. */
export const readLastBatch: Statement = {
  name: 'read_last_batch',
  text: `SELECT batch_id, kind, loaded_at, staged_events, new_events, conflicts, staged_ops, new_ops
FROM dataloaf.load_batches
ORDER BY load_id DESC
LIMIT 1`,
};

export const readParked: Statement = {
  name: 'read_parked',
  text: `SELECT object_uri, reason
FROM dataloaf.load_files
WHERE outcome = 'parked'
ORDER BY object_uri
LIMIT 1000`,
};

export const readParkedCount: Statement = {
  name: 'read_parked_count',
  text: `SELECT COUNT(*) AS parked
FROM dataloaf.load_files
WHERE outcome = 'parked'`,
};

export interface ParkedFile {
  readonly uri: string;
  readonly etag: string;
  readonly bytes: number;
  readonly stream: string;
  readonly reason: string;
}

/** Puts a file that COPY refuses into the ledger, so that no later load lists it. */
export const parkFile = (batch: LedgerBatch, file: ParkedFile): Statement => ({
  name: 'park_file',
  text: `INSERT INTO dataloaf.load_files (object_uri, etag, bytes, stream, generation, batch_id, outcome, reason)
SELECT CAST(:uri AS VARCHAR(1100)), CAST(:etag AS VARCHAR(64)), ${integer(file.bytes)}, ${literal(file.stream)},
  ${integer(batch.generation)}, ${literal(batch.batchId)}, 'parked', CAST(:reason AS VARCHAR(1024))
WHERE NOT EXISTS (
  SELECT 1
  FROM dataloaf.load_files
  WHERE object_uri = CAST(:uri AS VARCHAR(1100)) AND generation = ${integer(batch.generation)}
)`,
  // 300 characters are at most 900 bytes.
  params: { uri: file.uri, etag: file.etag, reason: file.reason.slice(0, 300) },
});

/** What the ledger says of one file, if it has it. */
export const readFile = (generation: number, uri: string): Statement => ({
  name: 'read_file',
  text: `SELECT outcome
FROM dataloaf.load_files
WHERE generation = ${integer(generation)} AND object_uri = :uri`,
  params: { uri },
});

/** The first line that COPY refused in a query, if the warehouse names one. */
export const readLoadError = (queryId: number): Statement => ({
  name: 'read_load_error',
  text: `SELECT file_name, line_number, column_name, error_message
FROM sys_load_error_detail
WHERE query_id = ${integer(queryId)}
ORDER BY line_number
LIMIT 1`,
});
