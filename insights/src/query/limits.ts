/** Limits of questions and answers, each with its source. The server's own are in `server/limits.ts`. */

/** Buckets of one answer (our choice): a bucket for each year since year 1 fits, and 200 days by the hour. */
export const BUCKETS_MAX = 5_000;
/** Event names in the picker (our choice): the URL opens others by their exact name. */
export const EVENT_NAMES_MAX = 200;
/** Characters of a query string (our choice): the longest event name fits twice in percent-encoding. */
export const SEARCH_CHARS_MAX = 2_048;
