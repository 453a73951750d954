/**
 * Every limit of the system, once, each with its source. A number that appears anywhere else as a bound is a mistake.
 * Units stand at the end of the name; "bytes" are UTF-8 bytes.
 */

const KB = 1024;
const MB = 1024 * KB;

// Wire API.

/** Wire body of one request. Lambda takes 6 MB per synchronous call (AWS quota, 2026-11); base64 of a gzip body costs a third of it. */
export const BODY_BYTES_MAX = 4 * MB;
/** Body after gzip is undone: bounds the memory of one request (our choice; a 200 MB bomb of blanks is 204 KB on the wire). */
export const BODY_INFLATED_BYTES_MAX = 5 * MB;
/** Items in one request; PutRecordBatch takes 500 records (AWS quota, 2026-11), so one request is one call. */
export const ITEMS_PER_REQUEST_MAX = 500;
/** Nesting of one body, counted on the bytes before parsing: Redshift stops at 1,000, JSON.stringify at about 5,000 (measured). */
export const DEPTH_MAX = 32;

// One item.

/** One event or operation as a line in S3 (our choice; COPY takes 4 MB a row). */
export const ITEM_BYTES_MAX = 256 * KB;
/** One string inside attributes. Redshift's SUPER holds 65,535 bytes in a string (AWS documentation, 2026-11). */
export const STRING_BYTES_MAX = 60_000;
/** Event names and attribute names (our choice, the width of the columns). */
export const NAME_BYTES_MAX = 256;
/** User ids (our choice, the width of the column). */
export const USER_ID_BYTES_MAX = 256;
/** Event and operation ids (our choice; a UUID is 36, a browser's `<key id>:<uuid>` 45). */
export const ID_BYTES_MAX = 64;
/** Names in one item, nested ones included (our choice). */
export const KEYS_MAX = 1_000;
/** Top-level attributes of an event or a user (our choice). */
export const ATTRIBUTES_MAX = 255;
/** How far ahead of arrival `event_created` may lie (our choice: covers every time-zone mistake). */
export const FUTURE_MS_MAX = 24 * 3_600_000;
/** Magnitude of one increment: 10^12 of them still fit DECIMAL(38, 12). */
export const INCREMENT_ABS_MAX = 1e15;
/** Digits behind the point that an increment keeps; the fold sums in DECIMAL(38, 12). */
export const INCREMENT_SCALE = 12;
/** The document of one user: one row of a Data API result is 64 KB, LISTAGG 65,535 bytes (AWS documentation, 2026-11). */
export const DOCUMENT_BYTES_MAX = 48 * KB;

// Firehose.

/** Records of one PutRecordBatch (AWS quota, 2026-11). */
export const RECORDS_PER_PUT_MAX = 500;
/** Bytes of one PutRecordBatch, before base64 (AWS quota, 2026-11: 4 MiB). */
export const PUT_BYTES_MAX = 4 * MB;
/** Firehose bills each record rounded up to 5 KB (AWS pricing, 2026-11): lines are packed towards it. */
export const RECORD_BYTES_TARGET = 5 * KB;
/** Rounds of sending again what Firehose refused, before the client is asked to come back. */
export const PUT_ATTEMPTS_MAX = 5;

// Data API.

/** Statements of one BatchExecuteStatement (AWS quota, 2026-11). */
export const STATEMENTS_PER_BATCH_MAX = 40;
/** Bytes of one SQL statement (AWS quota, 2026-11). */
export const STATEMENT_BYTES_MAX = 100 * KB;
/** Longest `WaitTimeSeconds` of a long poll (AWS documentation, 2026-11). */
export const LONG_POLL_S_MAX = 30;

// One load.

/** Objects of one load: bounds the manifests, the ledger rows and the memory of a tick (our choice). */
export const OBJECTS_PER_LOAD_MAX = 1_000;
/** Pages of 1,000 keys that one tick lists of a stream: far more than the day that it lists again each time (our choice). */
export const LIST_PAGES_PER_TICK_MAX = 20;
/** Compressed bytes of one load (our choice). */
export const BYTES_PER_LOAD_MAX = 2 * KB * MB;
/** Age at which the next tick cancels a statement: no load of the above size takes that long (our choice). */
export const STATEMENT_AGE_MS_MAX = 600_000;
/** Attempts at one batch within a tick when the warehouse answers with a passing error (our choice). */
export const LOAD_ATTEMPTS_MAX = 5;
/** How long a tick waits for its load before it leaves the rest to the next tick (the schedule is three minutes). */
export const LOAD_WAIT_MS = 150_000;
/** Firehose tries for 24 h to write an object, whose key names the hour of its oldest record: 24 h + 1 h + a margin of one. */
export const LATE_OBJECT_MS_MAX = 26 * 3_600_000;
/** Time between two loads. */
export const TICK_MS = 180_000;

// The attribute catalogue.

/** Values of one attribute that one load may add (our choice: a page suggests about as many). */
export const CATALOG_VALUES_PER_LOAD_MAX = 50;
/** Values of one attribute that are kept (our choice). */
export const CATALOG_VALUES_MAX = 200;

// Keys.

/** How long a Lambda trusts its copy of the keys: the longest that a revoked key still works, while S3 can be read. */
export const KEYS_CACHE_MS = 60_000;
/** A key on the wire: refused above, before any hashing. */
export const KEY_BYTES_MAX = 128;
