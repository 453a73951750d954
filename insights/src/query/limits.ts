/** Limits of Insights, each with its source. The pipeline's own are in `core/limits.ts`. */

/** Bars of one answer (our choice): a bar for each year since year 1 fits, and 200 days by the hour. */
export const BUCKETS_MAX = 5_000;
/** Event names in the picker (our choice): more are found by their exact name in the URL. */
export const EVENT_NAMES_MAX = 200;
/** Characters of a query string (our choice): the longest event name in percent-encoding fits twice. */
export const SEARCH_CHARS_MAX = 2_048;
/** Rows that the cache of results holds over all its entries (our choice, about 10 MB). */
export const CACHE_ROWS_MAX = 50_000;
/** Results in the cache (our choice). */
export const CACHE_ENTRIES_MAX = 500;
/** Age of a cached result: bounds what an erasure or a rebuilt database, which no load id tells of, can leave behind. */
export const CACHE_AGE_MS_MAX = 600_000;
/** Statements of this server that may run in the warehouse at once (our choice; a Redshift queue has 5 to 50 slots). */
export const QUERIES_RUNNING_MAX = 12;
/** How long the server trusts its copy of the last tick: a load becomes visible at most this much later (our choice). */
export const TICK_CACHE_MS = 2_000;
/** How long one read from S3 may take before the page is told that freshness is unknown (our choice). */
export const TICK_READ_MS_MAX = 5_000;
