/**
 * Every table of the warehouse: its meaning, its columns and its layout in Redshift. `core/docs/tables.md` is generated
 * from these definitions. Schema `dataloaf`.
 */
import { BIGINT, BOOLEAN, type Columns, INTEGER, nullable, required, SUPER, TIMESTAMP, varchar } from '../columns.ts';
import { ID_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '../limits.ts';
import { HASH_COLUMN } from '../values/content-hash.ts';
import { EVENT_COLUMNS } from '../values/event.ts';
import { OPERATION_COLUMNS } from '../values/operation.ts';

export const SCHEMA = 'dataloaf';

/** Generation of the tables that regular loads write. */
export const LIVE_GENERATION = 0;

export interface Table {
  readonly name: string;
  /** What one row is, in full sentences, for readers of the warehouse. */
  readonly about: string;
  /** Columns that are unique together. Redshift enforces no keys; the transactions of the writers keep this one. */
  readonly key: readonly string[];
  readonly columns: Columns;
  /** Column whose hash distributes the rows over the nodes; undefined: evenly. */
  readonly distKey?: string;
  readonly sortKey?: readonly string[];
}

const BATCH_ID = varchar(64);
const OBJECT_URI = varchar(1_100);
const USER_ID = varchar(USER_ID_BYTES_MAX);
const NAME = varchar(NAME_BYTES_MAX);
const ID = varchar(ID_BYTES_MAX);
const LOAD_ID = required(BIGINT, 'number of the load that inserted the row');
const GENERATION = required(INTEGER, 'version of the derived tables; a replay counts it up');

export const LOAD_MUTEX = {
  name: 'load_mutex',
  about: 'A single row. Every writer locks the table first, so that writers run one after another.',
  key: ['id'],
  columns: {
    id: required(INTEGER, 'always 1'),
    n: required(BIGINT, 'number of writes so far; the next `load_id` is one more'),
  },
} as const satisfies Table;

export const EVENTS = {
  name: 'events',
  about: 'One row per event, inserted exactly once.',
  key: ['event_id'],
  columns: { ...EVENT_COLUMNS, load_id: LOAD_ID },
  distKey: 'user_id',
  sortKey: ['event_created'],
} as const satisfies Table;

export const USERS = {
  name: 'users',
  about: 'One row per user with all known attributes, computed from `user_ops` and `events`.',
  key: ['user_id'],
  columns: {
    user_id: required(USER_ID, 'identity of the user'),
    user_attributes: required(SUPER, 'all known attributes, a JSON object'),
    first_seen: required(TIMESTAMP, 'earliest time among the operations and events of the user'),
    updated_at: nullable(TIMESTAMP, 'latest `op_at`; null for a user known only from events'),
    attributes_truncated: required(
      BOOLEAN,
      'whether `user_attributes` lacks attributes because the limits were reached',
    ),
  },
  distKey: 'user_id',
} as const satisfies Table;

export const USER_OPS = {
  name: 'user_ops',
  about: 'Append-only log of creates and updates, one row per operation.',
  key: ['op_id'],
  columns: { ...OPERATION_COLUMNS, batch_id: required(BATCH_ID, 'load or direct merge that inserted it') },
  distKey: 'user_id',
  sortKey: ['user_id'],
} as const satisfies Table;

export const USER_ATTRS = {
  name: 'user_attrs',
  about: 'The last set or unset of each attribute of each user, by `(op_at, op_id)`.',
  key: ['user_id', 'attr'],
  columns: {
    user_id: required(USER_ID, 'user'),
    attr: required(NAME, 'name of the attribute'),
    value: nullable(SUPER, 'value of the attribute; null when it was unset'),
    op_at: required(TIMESTAMP, 'time of the operation that set or unset it'),
    op_id: required(ID, 'id of that operation'),
  },
  distKey: 'user_id',
  sortKey: ['user_id'],
} as const satisfies Table;

const ID_DAY = required(INTEGER, 'day since 1970 in a UUIDv7, -1 for any other id; lets a scan skip blocks');

export const EVENT_KEYS = {
  name: 'event_keys',
  about: 'The id and the hash of every event ever loaded: the permanent index that detects repeats and conflicts.',
  key: ['event_id'],
  columns: { id_day: ID_DAY, event_id: required(ID, 'id of the event'), ...HASH_COLUMN },
  distKey: 'event_id',
  sortKey: ['id_day', 'event_id'],
} as const satisfies Table;

export const OP_KEYS = {
  name: 'op_keys',
  about: 'The same for every operation in `user_ops`.',
  key: ['op_id'],
  columns: { id_day: ID_DAY, op_id: required(ID, 'id of the operation'), ...HASH_COLUMN },
  distKey: 'op_id',
  sortKey: ['id_day', 'op_id'],
} as const satisfies Table;

export const EVENT_CONFLICTS = {
  name: 'event_conflicts',
  about: 'Events whose id belongs to an event with other content. They are kept here instead of in `events`.',
  key: ['event_id', 'content_hash'],
  columns: { ...EVENT_COLUMNS, load_id: LOAD_ID, ...HASH_COLUMN },
  sortKey: ['load_id'],
} as const satisfies Table;

export const OP_CONFLICTS = {
  name: 'op_conflicts',
  about: 'Operations whose id belongs to an operation with other content. They are kept here and not applied.',
  key: ['op_id', 'content_hash'],
  columns: { ...OPERATION_COLUMNS, load_id: LOAD_ID, ...HASH_COLUMN },
  sortKey: ['load_id'],
} as const satisfies Table;

export const EVENT_ROLLUP = {
  name: 'event_rollup',
  about: 'Events inserted per load, name and quarter of an hour. Readers sum over the loads.',
  key: ['load_id', 'event_name', 'quarter_hour'],
  columns: {
    load_id: LOAD_ID,
    event_name: required(NAME, 'name of the events'),
    quarter_hour: required(TIMESTAMP, 'start of the quarter of an hour, UTC'),
    events: required(BIGINT, 'number of events'),
  },
  sortKey: ['quarter_hour'],
} as const satisfies Table;

export const ATTRIBUTE_CATALOG = {
  name: 'attribute_catalog',
  about:
    'Derived: the attributes of the events of each name, with their types and frequent values. A row without a value is the total.',
  key: ['event_name', 'attr', 'type', 'value'],
  columns: {
    event_name: required(NAME, 'name of the events'),
    attr: required(NAME, 'name of a top-level attribute'),
    type: required(varchar(16), 'string, number, boolean, array, object or null'),
    value: nullable(NAME, 'a frequent value as text; null in the total row'),
    events: required(BIGINT, 'number of events with it; a lower bound in a value row'),
  },
  sortKey: ['event_name'],
} as const satisfies Table;

export const LOAD_FILES = {
  name: 'load_files',
  about: 'Ledger of objects: those in the tables, and those that are parked because COPY refused them.',
  key: ['object_uri', 'generation'],
  columns: {
    object_uri: required(OBJECT_URI, 's3://bucket/key'),
    etag: required(varchar(64), "the object's ETag when it was listed"),
    bytes: required(BIGINT, 'compressed size'),
    stream: required(varchar(8), 'events or users'),
    generation: GENERATION,
    batch_id: required(BATCH_ID, 'load that the object belongs to'),
    outcome: required(varchar(12), 'loaded, superseded or parked'),
    reason: nullable(varchar(1_024), 'why it was parked, otherwise null'),
    object_hour: required(
      BIGINT,
      'hour in `object_uri`, as 2026112206; -1 for any other address; lets a scan skip blocks',
    ),
  },
  sortKey: ['object_hour'],
} as const satisfies Table;

export const LOAD_BATCHES = {
  name: 'load_batches',
  about: 'Ledger of loads and direct merges, each with its balance.',
  key: ['batch_id'],
  columns: {
    batch_id: required(BATCH_ID, 'identity: a hash of the listed objects, or the id of the direct merge'),
    kind: required(varchar(8), 'load or direct'),
    generation: GENERATION,
    load_id: LOAD_ID,
    files: required(BIGINT, 'number of objects; 0 for a direct merge'),
    staged_events: required(BIGINT, 'event lines read'),
    new_events: required(BIGINT, 'events inserted; the other lines were repeats or conflicts'),
    conflicts: required(BIGINT, 'new rows in `event_conflicts`'),
    staged_ops: required(BIGINT, 'operation lines read'),
    new_ops: required(BIGINT, 'operations inserted; the other lines were repeats or conflicts'),
    op_conflicts: required(BIGINT, 'new rows in `op_conflicts`'),
    increments_ignored: required(BIGINT, 'new increments that met a value that was not a number'),
    loaded_at: required(TIMESTAMP, 'when it was loaded, UTC'),
  },
  sortKey: ['load_id'],
} as const satisfies Table;

export const SCHEMA_MIGRATIONS = {
  name: 'schema_migrations',
  about: 'The migrations that were applied to the warehouse.',
  key: ['version'],
  columns: {
    version: required(INTEGER, 'number of the migration'),
    name: required(varchar(64), 'name of the migration'),
    applied_at: required(TIMESTAMP, 'when it was applied, UTC'),
  },
} as const satisfies Table;

export const TABLES: readonly Table[] = [
  LOAD_MUTEX,
  EVENTS,
  USERS,
  USER_OPS,
  USER_ATTRS,
  EVENT_KEYS,
  OP_KEYS,
  EVENT_CONFLICTS,
  OP_CONFLICTS,
  EVENT_ROLLUP,
  ATTRIBUTE_CATALOG,
  LOAD_FILES,
  LOAD_BATCHES,
];
