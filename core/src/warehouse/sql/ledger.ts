/** The ledger: written in the same transaction as the data, so it decides whether a load happened. */
import { LOAD_BATCHES, LOAD_FILES } from '../tables.ts';
import type { Statement } from '../warehouse.ts';
import { copyObject } from './copy.ts';
import { createStaging } from './create-table.ts';
import { COUNT_INCREMENTS_IGNORED, type UserSources } from './fold-users.ts';
import { countConflicts, STAGED_EVENTS, STAGED_OPERATIONS } from './known-ids.ts';
import { integer, keyLiteral, literal, plainLiteral } from './literal.ts';
import { firstHourOf, HOUR_MAX, hourOfUri, objectHour } from './object-hour.ts';

/** What a batch lists for each object; also the fields of a line of `files.ndjson`. */
export const OBJECT_COLUMNS = {
  object_uri: LOAD_FILES.columns.object_uri,
  etag: LOAD_FILES.columns.etag,
  bytes: LOAD_FILES.columns.bytes,
  stream: LOAD_FILES.columns.stream,
} as const;

export interface LedgerBatch {
  readonly batchId: string;
  readonly generation: number;
}

export interface ObjectList {
  /** S3 address of the list, with a line for each object. */
  readonly listUri: string;
  readonly roleArn: string;
  /** Addresses of the objects. */
  readonly uris: readonly string[];
}

/** Stages the objects of the batch, and aborts the transaction when the ledger has one of them. */
export const stageObjects = (batch: LedgerBatch, source: ObjectList): readonly Statement[] => [
  createStaging('t_files', OBJECT_COLUMNS),
  copyObject({ table: 't_files', columns: OBJECT_COLUMNS, uri: source.listUri, roleArn: source.roleArn }),
  {
    // A batch of statements can abort itself only with a division by zero.
    name: REFUSE_LOADED,
    text: `SELECT 1 / (CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END)
FROM t_files AS t
JOIN dataloaf.load_files AS f ON f.object_uri = t.object_uri AND f.generation = ${integer(batch.generation)}
WHERE f.object_hour >= ${integer(firstHourOf(source.uris))}`,
  },
];

/** Name of the guard, by which the loader recognises its failure. */
export const REFUSE_LOADED = 'refuse_loaded_objects';

export function recordLoad(batch: LedgerBatch, sources: UserSources): readonly Statement[] {
  return [
    {
      name: 'insert_load_files',
      text: `INSERT INTO dataloaf.load_files (object_uri, etag, bytes, stream, generation, batch_id, outcome, object_hour)
SELECT object_uri, etag, bytes, stream, ${integer(batch.generation)}, ${literal(batch.batchId)}, 'loaded',
  ${objectHour('object_uri')}
FROM t_files`,
    },
    insertBatch(batch, { kind: 'load', sources }),
  ];
}

/** The row of a direct merge. It counts no objects, because the object of a direct merge is not part of the log. */
export const recordDirect = (batch: LedgerBatch): Statement =>
  insertBatch(batch, { kind: 'direct', sources: 'operations' });

function insertBatch(
  batch: LedgerBatch,
  row: { readonly kind: 'load' | 'direct'; readonly sources: UserSources },
): Statement {
  const hasEvents = row.sources !== 'operations';
  const hasOperations = row.sources !== 'events';
  // One query with one row for each count. A count of what the transaction does not have is 0.
  const counts = Object.entries({
    files: row.kind === 'load' ? countOf('t_files') : undefined,
    staged_events: hasEvents ? countOf('t_events') : undefined,
    new_events: hasEvents ? countOf('t_new') : undefined,
    conflicts: hasEvents ? countConflicts(STAGED_EVENTS) : undefined,
    staged_ops: hasOperations ? countOf('t_ops') : undefined,
    new_ops: hasOperations ? countOf('t_new_ops') : undefined,
    op_conflicts: hasOperations ? countConflicts(STAGED_OPERATIONS) : undefined,
    increments_ignored: hasOperations ? COUNT_INCREMENTS_IGNORED : undefined,
  });
  const joins = counts.flatMap(([name, query]) => (query === undefined ? [] : [`CROSS JOIN (${query}) AS c_${name}`]));
  const values = counts.map(([name, query]) => (query === undefined ? `0 AS ${name}` : `c_${name}.n`));
  return {
    name: 'insert_load_batch',
    text: `INSERT INTO dataloaf.load_batches (${Object.keys(LOAD_BATCHES.columns).join(', ')})
SELECT
  ${literal(batch.batchId)}, '${row.kind}', ${integer(batch.generation)}, m.n,
  ${values.join(', ')},
  GETDATE()
FROM dataloaf.load_mutex AS m
${joins.join('\n')}
WHERE m.id = 1`,
  };
}

const countOf = (table: string): string => `SELECT COUNT(*) AS n FROM ${table}`;

/**
 * The balance of a batch; no row when it has not committed. A batch of days ago is not looked for, so that the time does not
 * grow with the ledger: were it sent again, its guard would refuse it.
 */
export const readBatch = (batch: LedgerBatch): Statement => ({
  name: 'read_batch',
  text: `SELECT load_id, files, staged_events, new_events, conflicts, staged_ops, new_ops, op_conflicts, increments_ignored
FROM dataloaf.load_batches
WHERE batch_id = :batch_id AND generation = ${integer(batch.generation)} AND loaded_at >= GETDATE() - INTERVAL '3 days'`,
  params: { batch_id: batch.batchId },
});

export interface KeyRange {
  readonly firstUri: string;
  readonly lastUri: string;
}

/**
 * The objects in the ledger between two addresses of one stream, both included. Between two addresses with an hour there may
 * be others without one, so those are looked at separately.
 */
export function readObjects(generation: number, range: KeyRange): Statement {
  const [first, last] = [hourOfUri(range.firstUri), hourOfUri(range.lastUri)];
  const inRange = `generation = ${integer(generation)} AND object_uri >= :first_uri AND object_uri <= :last_uri`;
  return {
    name: 'read_objects',
    text: `SELECT object_uri
FROM dataloaf.load_files
WHERE object_hour >= ${integer(Math.max(first, 0))} AND object_hour <= ${integer(last < 0 ? HOUR_MAX : last)} AND ${inRange}
UNION ALL
SELECT object_uri
FROM dataloaf.load_files
WHERE object_hour = -1 AND ${inRange}
ORDER BY object_uri`,
    params: { first_uri: range.firstUri, last_uri: range.lastUri },
  };
}

/**
 * The newest load without direct merges; null when there is none, as in a recreated warehouse. And the version of the tables,
 * so that no load meets older ones. Loads before `since` are not looked at: a caller that remembers a load need not read the
 * whole ledger to see that it is still there.
 */
export const readNewestLoadSince = (since: number): Statement => ({
  name: 'read_newest_load',
  text: `SELECT b.load_id, s.version
FROM (
  SELECT MAX(load_id) AS load_id
  FROM dataloaf.load_batches
  WHERE kind = 'load' AND load_id >= ${integer(since)}
) AS b
CROSS JOIN (
  SELECT MAX(version) AS version
  FROM dataloaf.schema_migrations
) AS s`,
});

export const readNewestLoad: Statement = readNewestLoadSince(0);

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

export interface ParkedObject {
  readonly uri: string;
  readonly etag: string;
  readonly bytes: number;
  readonly stream: string;
  readonly reason: string;
}

/**
 * Records an object that COPY refuses, so that no later load takes it. It has no parameters: AWS documents them only for
 * single statements.
 */
export const parkObject = (batch: LedgerBatch, object: ParkedObject): Statement => ({
  name: 'park_object',
  text: `INSERT INTO dataloaf.load_files (object_uri, etag, bytes, stream, generation, batch_id, outcome, reason, object_hour)
SELECT ${keyLiteral(object.uri)}, ${literal(object.etag)}, ${integer(object.bytes)}, ${literal(object.stream)},
  ${integer(batch.generation)}, ${literal(batch.batchId)}, 'parked', ${plainLiteral(object.reason, REASON_CHARS_MAX)},
  ${integer(hourOfUri(object.uri))}
FROM (
  SELECT COUNT(*) AS known
  FROM dataloaf.load_files
  WHERE object_hour = ${integer(hourOfUri(object.uri))} AND object_uri = ${keyLiteral(object.uri)} AND generation = ${integer(batch.generation)}
) AS f
WHERE f.known = 0`,
});

const REASON_CHARS_MAX = 300;

/** The outcome of one object; no row when the ledger does not have it. */
export const readObject = (generation: number, uri: string): Statement => ({
  name: 'read_object',
  text: `SELECT outcome
FROM dataloaf.load_files
WHERE object_hour = ${integer(hourOfUri(uri))} AND generation = ${integer(generation)} AND object_uri = :uri`,
  params: { uri },
});

/** The first line that COPY refused in a query; no row when Redshift names none. */
export const readLoadError = (queryId: number): Statement => ({
  name: 'read_load_error',
  text: `SELECT file_name, line_number, column_name, error_message
FROM sys_load_error_detail
WHERE query_id = ${integer(queryId)}
ORDER BY line_number
LIMIT 1`,
});
