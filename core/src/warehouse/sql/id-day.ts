/**
 * The day in the id of an event or operation, by which the tables of keys are sorted. It is always computed from the id:
 * the day since 1970 of a UUIDv7, also after a browser key's `<key id>:`, and -1 for any other id.
 */

const UUID_V7 = "'^([A-Za-z0-9_-]+:)?[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'";

/** The milliseconds of a UUIDv7 as 12 hexadecimal digits; null for any other id. */
export const idHex = (column: string): string =>
  `CASE WHEN ${column} ~ ${UUID_V7} THEN SUBSTRING(REPLACE(RIGHT(${column}, 36), '-', ''), 1, 12) END`;

/** The day of such digits. STRTOL fails on other text, so it gets only digits, even if Redshift calls it before the CASE. */
export const dayOfHex = (hex: string): string =>
  `CASE WHEN ${hex} IS NULL THEN -1 ELSE CAST(STRTOL(COALESCE(${hex}, '0'), 16) / 86400000 AS INTEGER) END`;
