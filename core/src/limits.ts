/**
 * The bounds of the wire API, the AWS quotas that we rely on, and the bounds of a load, each with its source. A bound on
 * which two folders must agree is here. A bound that concerns one folder alone may be beside its use. A name ends with
 * its unit; bytes are UTF-8 bytes.
 */

const KB = 1024;
const MB = 1024 * KB;

// Wire API.

/** Body of one request as sent. Lambda accepts 6 MB per synchronous call (AWS quota, 2026-11), and base64 makes a gzip body a third larger. */
export const BODY_BYTES_MAX = 4 * MB;
/** Decompressed body. It bounds the memory of one request (our choice; a gzip bomb of 200 MB of blanks is 204 KB as sent). */
export const BODY_INFLATED_BYTES_MAX = 5 * MB;
/** Items in one request. PutRecordBatch accepts 500 records (AWS quota, 2026-11), so one request is one call. */
export const ITEMS_PER_REQUEST_MAX = 500;
/** Nesting of one body, counted on the bytes before parsing. Redshift fails at 1,000, JSON.stringify at about 5,000 (measured). */
export const DEPTH_MAX = 32;
/** Of these, the body itself, its array and the item. */
export const BODY_FRAME_DEPTH = 3;

// One item.

/** One event or operation as a line in S3 (our choice; COPY accepts 4 MB per row). */
export const ITEM_BYTES_MAX = 256 * KB;
/** One string inside attributes. A string in a SUPER column of Redshift holds 65,535 bytes (AWS documentation, 2026-11). */
export const STRING_BYTES_MAX = 60_000;
/** Event names and attribute names (our choice, the width of the columns). */
export const NAME_BYTES_MAX = 256;
/** User ids (our choice, the width of the column). */
export const USER_ID_BYTES_MAX = 256;
/** Event and operation ids (our choice; a UUID is 36, a browser's `<key id>:<uuid>` 45). */
export const ID_BYTES_MAX = 64;
/** Names in one item, including nested ones (our choice). */
export const KEYS_MAX = 1_000;
/** Top-level attributes of an event or a user (our choice). */
export const ATTRIBUTES_MAX = 255;
/** First and last year of an event or operation (our choice). AWS documents no time of an early year for COPY. */
export const YEAR_MIN = 1970;
export const YEAR_MAX = 2200;
/** How far `event_created` may be ahead of arrival (our choice: it covers every time-zone error). */
export const FUTURE_MS_MAX = 24 * 3_600_000;
/** Magnitude of one increment. The sum of 10^10 such increments still fits DECIMAL(38, 12), which has 26 digits before the point. */
export const INCREMENT_ABS_MAX = 1e15;
/** Decimal places of an increment. The fold sums in DECIMAL(38, 12). */
export const INCREMENT_SCALE = 12;
/** Attributes of one user as JSON. A row of a Data API result is at most 64 KB, LISTAGG 65,535 bytes (AWS documentation, 2026-11). */
export const DOCUMENT_BYTES_MAX = 48 * KB;

// Firehose.

/** Records of one PutRecordBatch (AWS quota, 2026-11). */
export const RECORDS_PER_PUT_MAX = 500;
/** Bytes of one PutRecordBatch, before base64 (AWS quota, 2026-11: 4 MiB). */
export const PUT_BYTES_MAX = 4 * MB;
/** Size to which lines are packed into a record. Firehose bills each record rounded up to 5 KB (AWS pricing, 2026-11). */
export const RECORD_BYTES_TARGET = 5 * KB;
/** Attempts to put a record, before the client is asked to retry its items (our choice). */
export const PUT_ATTEMPTS_MAX = 5;

// Data API.

/** Statements of one BatchExecuteStatement (AWS quota, 2026-11). */
export const STATEMENTS_PER_BATCH_MAX = 40;
/** Bytes of one SQL statement (AWS quota, 2026-11). */
export const STATEMENT_BYTES_MAX = 100 * KB;
/** Longest `WaitTimeSeconds` of a long poll (AWS documentation, 2026-11). */
export const LONG_POLL_S_MAX = 30;
/** Pages of one result (our choice). Redshift ends a result at 500 MB (AWS quota, 2026-11), a page has about one. */
export const RESULT_PAGES_MAX = 1_000;
/** Pages of 100 of one list of live statements (our choice). An account has at most 500 of them (AWS quota, 2026-11). */
export const LISTED_PAGES_MAX = 10;

// One load.

/** Objects of one load. It bounds the manifests, the ledger rows and the memory of a tick (our choice). */
export const OBJECTS_PER_LOAD_MAX = 1_000;
/** Pages of 1,000 keys that one tick lists per stream: far more than the day that each tick lists again (our choice). */
export const LIST_PAGES_PER_TICK_MAX = 20;
/** Compressed bytes of one load (our choice). */
export const BYTES_PER_LOAD_MAX = 2 * KB * MB;
/** Age at which the next tick cancels a statement. No load within these bounds takes that long (our choice). */
export const STATEMENT_AGE_MS_MAX = 600_000;
/** Attempts at one batch within a tick while the warehouse returns transient errors (our choice). */
export const LOAD_ATTEMPTS_MAX = 5;
/**
 * Age at which the lease of a direct merge expires whose function was killed (our choice). Twice the time limit of the
 * merge function, so that no function outlives its lease.
 */
export const DIRECT_LEASE_MS = 60_000;
/** How long a tick waits for its load before it leaves the rest to the next tick (the schedule is every three minutes). */
export const LOAD_WAIT_MS = 150_000;
/** Age of the hour in a key up to which its object may still appear. Firehose retries a write for 24 h; plus that hour, plus a margin of 1 h. */
export const LATE_OBJECT_MS_MAX = 26 * 3_600_000;
/** Time between two listings of everything, which find objects that appeared later than that (our choice). */
export const FULL_LISTING_MS = 24 * 3_600_000;
/** Time between two loads. */
export const TICK_MS = 180_000;

// The attribute catalogue.

/** Values of one attribute that one load may add (our choice: about as many as a page suggests). */
export const CATALOG_VALUES_PER_LOAD_MAX = 50;
/** Values of one attribute that are kept (our choice). */
export const CATALOG_VALUES_MAX = 200;

// Keys.

/** How long a Lambda caches the keys. While S3 is readable, a revoked key works no longer than this. */
export const KEYS_CACHE_MS = 60_000;
/** Length of a key as sent. A longer one is refused before it is hashed. */
export const KEY_BYTES_MAX = 128;
