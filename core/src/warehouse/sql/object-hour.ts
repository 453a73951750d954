/**
 * The hour in the address of an object, by which the ledger of objects is sorted: `2026112206` for
 * `s3://bucket/data/v1/events/dt=2026-11-22/hr=06/...`, and -1 for any other address. Redshift compares no more than the
 * first eight bytes of a string to skip blocks, and all addresses begin with the same ones. The number is always computed
 * from the address, here in SQL and there in TypeScript; a test compares the two.
 */

const UNKNOWN = -1;

/** The expression for a column of addresses. The guard is inside the argument of CAST, as in `id-day.ts`. */
export const objectHour = (column: string): string =>
  `COALESCE(CAST(CASE WHEN ${column} ~ '^s3://[^/]+/data/v1/(events|users)/dt=[0-9]{4}-[0-9]{2}-[0-9]{2}/hr=[0-9]{2}/' THEN REPLACE(REPLACE(SUBSTRING(${column}, STRPOS(${column}, '/dt=') + 4, 16), '-', ''), '/hr=', '') END AS BIGINT), ${UNKNOWN})`;

const ADDRESS = /^s3:\/\/[^/]+\/data\/v1\/(?:events|users)\/dt=([0-9]{4})-([0-9]{2})-([0-9]{2})\/hr=([0-9]{2})\//;

export function hourOfUri(uri: string): number {
  const match = ADDRESS.exec(uri);
  return match === null ? UNKNOWN : Number(match.slice(1).join(''));
}

/** Where the rows of these addresses are: none is before it. */
export const firstHourOf = (uris: readonly string[]): number =>
  uris.reduce((first, uri) => Math.min(first, hourOfUri(uri)), HOUR_MAX);

/** After the hour of every address. */
export const HOUR_MAX = 9_999_999_999;
