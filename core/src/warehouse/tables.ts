/** Every table of the warehouse as a column spec, with how Redshift lays it out. Schema `dataloaf`. */
import { BIGINT, BOOLEAN, type Columns, INTEGER, nullable, required, SUPER, TIMESTAMP, varchar } from '../columns.ts';
import { ID_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '../limits.ts';
import { EVENT_COLUMNS } from '../values/event.ts';
import { OPERATION_COLUMNS } from '../values/operation.ts';

export const SCHEMA = 'dataloaf';

/** Generation of the tables that live loads write. */
export const LIVE_GENERATION = 0;

export interface Table {
  readonly name: string;
  readonly columns: Columns;
  /** Column whose hash spreads the rows over the nodes; undefined: even. */
  readonly distKey?: string;
  readonly sortKey?: readonly string[];
}

const BATCH_ID = varchar(64);
const OBJECT_URI = varchar(1_100);
const USER_ID = varchar(USER_ID_BYTES_MAX);
const NAME = varchar(NAME_BYTES_MAX);
const ID = varchar(ID_BYTES_MAX);
const LOAD_ID = required(BIGINT, 'counter of the load that brought the row');
const GENERATION = required(INTEGER, 'version of the derived tables: replays count up');

/** One row: whoever writes to the warehouse takes it first. */
export const LOAD_MUTEX = {
  name: 'load_mutex',
  columns: {
    id: required(INTEGER, 'always 1'),
    n: required(BIGINT, 'number of writers so far: the next load_id less one'),
  },
} as const satisfies Table;

export const EVENTS = {
  name: 'events',
  columns: { ...EVENT_COLUMNS, load_id: LOAD_ID },
  distKey: 'user_id',
  sortKey: ['event_created'],
} as const satisfies Table;

export const USERS = {
  name: 'users',
  columns: {
    user_id: required(USER_ID, 'identity'),
    user_attributes: required(SUPER, 'what is known of the user, a JSON object'),
    first_seen: required(TIMESTAMP, 'least time of the operations and events of the user'),
    updated_at: nullable(TIMESTAMP, 'greatest op_at, null for a user known only from events'),
    attributes_truncated: required(
      BOOLEAN,
      'whether attributes were left out of user_attributes because of its limits',
    ),
  },
  distKey: 'user_id',
} as const satisfies Table;

/** Append-only log of creates and updates. */
export const USER_OPS = {
  name: 'user_ops',
  columns: { ...OPERATION_COLUMNS, batch_id: required(BATCH_ID, 'load or direct merge that brought it') },
  distKey: 'user_id',
  sortKey: ['user_id'],
} as const satisfies Table;

/** Per user and attribute the last set or unset by (op_at, op_id). */
export const USER_ATTRS = {
  name: 'user_attrs',
  columns: {
    user_id: required(USER_ID, 'whose'),
    attr: required(NAME, 'name of the attribute'),
    value: nullable(SUPER, 'its value, null when it was unset'),
    op_at: required(TIMESTAMP, 'time of the operation that decided'),
    op_id: required(ID, 'that operation'),
  },
  distKey: 'user_id',
  sortKey: ['user_id'],
} as const satisfies Table;

/** Ids of all events ever: the permanent index against repeats. */
export const EVENT_KEYS = {
  name: 'event_keys',
  columns: {
    id_day: required(INTEGER, 'day since 1970 that a UUIDv7 names, -1 for any other id: lets a scan skip blocks'),
    event_id: required(ID, 'the id'),
  },
  distKey: 'event_id',
  sortKey: ['id_day', 'event_id'],
} as const satisfies Table;

/** Events whose id was already taken by another name or user: not stored in events, not dropped in silence. */
export const EVENT_CONFLICTS = {
  name: 'event_conflicts',
  columns: { ...EVENT_COLUMNS, load_id: LOAD_ID },
  sortKey: ['load_id'],
} as const satisfies Table;

/** Operations whose id was already taken by one on another user: neither applied nor dropped in silence. */
export const OP_CONFLICTS = {
  name: 'op_conflicts',
  columns: { ...OPERATION_COLUMNS, load_id: LOAD_ID },
  sortKey: ['load_id'],
} as const satisfies Table;

/** Counts of inserted events per load, name and quarter of an hour; summed on read. */
export const EVENT_ROLLUP = {
  name: 'event_rollup',
  columns: {
    load_id: LOAD_ID,
    event_name: required(NAME, 'what happened'),
    quarter_hour: required(TIMESTAMP, 'start of the quarter of an hour, UTC'),
    events: required(BIGINT, 'how many'),
  },
  sortKey: ['quarter_hour'],
} as const satisfies Table;

/** Derived: attributes of the events of each name, their types and frequent values; a row without value is a total. */
export const ATTRIBUTE_CATALOG = {
  name: 'attribute_catalog',
  columns: {
    event_name: required(NAME, 'events of that name'),
    attr: required(NAME, 'top-level attribute'),
    type: required(varchar(16), 'string, number, boolean, array, object or null'),
    value: nullable(NAME, 'a frequent value as text, null for the row of all values'),
    events: required(BIGINT, 'how many events had it; for a value at least so many'),
  },
  sortKey: ['event_name'],
} as const satisfies Table;

/** Ledger: which objects are in the tables. */
export const LOAD_FILES = {
  name: 'load_files',
  columns: {
    object_uri: required(OBJECT_URI, 's3://bucket/key'),
    etag: required(varchar(64), "the object's ETag when it was listed"),
    bytes: required(BIGINT, 'compressed size'),
    stream: required(varchar(8), 'events or users'),
    generation: GENERATION,
    batch_id: required(BATCH_ID, 'the load'),
    outcome: required(varchar(12), 'loaded, superseded or parked'),
    reason: nullable(varchar(1_024), 'why it was parked'),
  },
  sortKey: ['object_uri'],
} as const satisfies Table;

/** Ledger: which loads happened, with their balance. */
export const LOAD_BATCHES = {
  name: 'load_batches',
  columns: {
    batch_id: required(BATCH_ID, 'identity: hash of the listed objects'),
    kind: required(varchar(8), 'load or direct'),
    generation: GENERATION,
    load_id: LOAD_ID,
    files: required(BIGINT, 'objects'),
    staged_events: required(BIGINT, 'lines of events'),
    new_events: required(BIGINT, 'of these, inserted; the rest were repeats or conflicts'),
    conflicts: required(BIGINT, 'of these, with an id that another event has'),
    staged_ops: required(BIGINT, 'lines of operations'),
    new_ops: required(BIGINT, 'of these, inserted; the rest were repeats'),
    op_conflicts: required(BIGINT, 'of these, with an id that an operation on another user has'),
    increments_ignored: required(BIGINT, 'increments of these on a value that was no number when they were loaded'),
    loaded_at: required(TIMESTAMP, 'when, UTC'),
  },
  sortKey: ['load_id'],
} as const satisfies Table;

export const SCHEMA_MIGRATIONS = {
  name: 'schema_migrations',
  columns: {
    version: required(INTEGER, 'number of the migration'),
    name: required(varchar(64), 'its name'),
    applied_at: required(TIMESTAMP, 'when, UTC'),
  },
} as const satisfies Table;

export const TABLES: readonly Table[] = [
  LOAD_MUTEX,
  EVENTS,
  USERS,
  USER_OPS,
  USER_ATTRS,
  EVENT_KEYS,
  EVENT_CONFLICTS,
  OP_CONFLICTS,
  EVENT_ROLLUP,
  ATTRIBUTE_CATALOG,
  LOAD_FILES,
  LOAD_BATCHES,
];
