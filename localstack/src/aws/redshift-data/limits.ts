/** Limits of the Data API that the product does not need to know; the others are core's. AWS documentation, 2026-11. */

/** Statements that have not ended, queued ones included. */
export const ACTIVE_MAX = 200;
/** How long the same ClientToken means the same statement. */
export const TOKEN_MS = 8 * 3_600_000;
/** How long an ended statement and its result are known. */
export const RETENTION_MS = 24 * 3_600_000;
/** Characters of a statement's name. */
export const STATEMENT_NAME_CHARS_MAX = 2_048;
/** One row of a result. */
export const ROW_BYTES_MAX = 64 * 1024;
/** One result. */
export const RESULT_BYTES_MAX = 100 * 1024 * 1024;

/** Statements that are remembered (our choice: bounds memory). */
export const STATEMENTS_MAX = 10_000;
/** All results that are remembered (our choice: bounds memory); the oldest go first. */
export const RESULTS_BYTES_MAX = 128 * 1024 * 1024;
/** Rows of one page of a result: as many as fit, one at least (our choice). */
export const PAGE_BYTES_MAX = 1024 * 1024;
/** Text of an ended statement that is remembered, for lists (our choice). */
export const ENDED_TEXT_CHARS_MAX = 500;
