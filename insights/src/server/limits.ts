/** Limits of the server, each with its source. Those of questions and answers are in `query/limits.ts`. */

/** Rows that the cache holds over all its entries (our choice, about 10 MB). */
export const CACHE_ROWS_MAX = 50_000;
/** Entries of the cache, one for each statement (our choice). */
export const CACHE_ENTRIES_MAX = 500;
/** Age of cached rows. Bounds how long they outlive an erasure or a rebuilt database, neither of which changes the load id. */
export const CACHE_AGE_MS_MAX = 600_000;
/** Statements of this server that may run in the warehouse at once (our choice; a Redshift queue has 5 to 50 slots). */
export const QUERIES_RUNNING_MAX = 12;
/** When a client may retry a request that was refused with 503 (our choice). */
export const RETRY_AFTER_S = 2;
/** Time between two log lines about failures of one cause (our choice). */
export const REPORT_EVERY_MS = 60_000;
/** Statements that may wait for those (our choice: five questions of the largest kind, with 20 statements each). */
export const QUERIES_WAITING_MAX = 100;
/** How long the server trusts its copy of the last tick (our choice). A load becomes visible at most this much later. */
export const TICK_CACHE_MS = 2_000;
/** How long one read from S3 may take before the page shows that freshness is unknown (our choice). */
export const TICK_READ_MS_MAX = 5_000;
