/** Limits of questions and answers, each with its source. The server's own are in `server/limits.ts`. */

/** Buckets of one answer (our choice): a bucket for each year since year 1 fits, and 200 days by the hour. */
export const BUCKETS_MAX = 5_000;
/** Buckets of one answer with a breakdown (our choice): each has up to 27 values. */
export const BUCKETS_WITH_BREAKDOWN_MAX = 1_000;
/** Series of one question (our choice: more cannot be told apart in a chart). */
export const SERIES_MAX = 5;
/** Values of a breakdown that are shown by themselves (our choice). */
export const TOP_MAX = 25;
/** Event names in the picker (our choice): the URL opens others by their exact name. */
export const EVENT_NAMES_MAX = 200;
/** Rows of attributes, their types and values (our choice: some hundreds of attributes). */
export const ATTRIBUTE_ROWS_MAX = 5_000;
/** Values of one attribute in a picker (our choice). Others can be typed. */
export const ATTRIBUTE_VALUES_MAX = 20;
/** Characters of a query string (our choice: proxies take 8 KB of a request line). */
export const SEARCH_CHARS_MAX = 7_500;
