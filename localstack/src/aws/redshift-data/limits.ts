/** Limits of the Data API that only the local AWS needs; the others are in core. AWS documentation, 2026-11. */

/** Statements that have not ended, queued ones included. */
export const ACTIVE_MAX = 200;
/** How long a ClientToken identifies the same statement. */
export const TOKEN_MS = 8 * 3_600_000;
/** How long an ended statement and its result are kept. */
export const RETENTION_MS = 24 * 3_600_000;
/** Characters of a statement's name. */
export const STATEMENT_NAME_CHARS_MAX = 2_048;
/** One row of a result. */
export const ROW_BYTES_MAX = 64 * 1024;
/** One result. */
export const RESULT_BYTES_MAX = 100 * 1024 * 1024;

/** Statements kept in memory (our choice). */
export const STATEMENTS_MAX = 10_000;
/** All results kept in memory (our choice); the oldest are dropped first. */
export const RESULTS_BYTES_MAX = 128 * 1024 * 1024;
/** One page of a result: as many rows as fit, but at least one (our choice). */
export const PAGE_BYTES_MAX = 1024 * 1024;
/** SQL text kept of an ended statement, for lists (our choice). */
export const ENDED_TEXT_CHARS_MAX = 500;
