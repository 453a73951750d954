/**
 * The hash of `values/content-hash.ts` in SQL. A line that was written without one gets the half that SQL can compute, and
 * of two hashes of different length only the common part is compared: then the owner alone decides, as it did for all.
 */

/** The owner of an event: its name and user. */
export const EVENT_OWNER_HASH = `LEFT(MD5(CAST(OCTET_LENGTH(event_name) AS VARCHAR(8)) || ':' || event_name || user_id), 16)`;

/** The owner of an operation: its user. */
export const OPERATION_OWNER_HASH = 'LEFT(MD5(user_id), 16)';

export const hashesDiffer = (one: string, other: string): string =>
  `LEFT(${one}, LEN(${other})) <> LEFT(${other}, LEN(${one}))`;
