/**
 * The day in the id of an event or operation, by which the tables of keys are sorted. It is always computed from the id:
 * the day since 1970 of a UUIDv7, also after a browser key's `<key id>:`, and -1 for any other id.
 */

const UUID_V7 = "'^([A-Za-z0-9_-]+:)?[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'";

/**
 * STRTOL fails on text that is no number, and returns null for null (AWS documentation). The guard is inside its argument,
 * so it holds even if Redshift calls STRTOL before it looks at a condition around it.
 */
export const idDay = (column: string): string =>
  `COALESCE(CAST(STRTOL(CASE WHEN ${column} ~ ${UUID_V7} THEN SUBSTRING(REPLACE(RIGHT(${column}, 36), '-', ''), 1, 12) END, 16) / 86400000 AS INTEGER), -1)`;
