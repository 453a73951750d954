/**
 * The one place where something that a person typed becomes SQL text: the keys of an attribute, which cannot be parameters.
 * Each key is a quoted identifier with its quotes doubled, so no key can end it. Not tried on a real Redshift: doubled
 * quotes, and colons inside quotes, which the Data API might take for a parameter.
 */
import type { Attribute } from '../model/attribute.ts';

const COLUMNS = { event: 'e.event_attributes', user: 'u.user_attributes' } as const;

/** `e.event_attributes."cart"."total"`, of type SUPER. Null when it is missing. */
export const pathOf = ({ of, path }: Attribute): string =>
  `${COLUMNS[of]}${path.map((key) => `."${key.replaceAll('"', '""')}"`).join('')}`;

/** Bytes of a string in an attribute (the limit of VARCHAR on Redshift). */
const TEXT = 'VARCHAR(65535)';
/** Digits that a double keeps, so that "5" is 5 and an account number stays text. */
const NUMBER_PATTERN = "'^-?[0-9]{1,15}([.][0-9]{1,15})?$'";

/** The value when it is a string, else null. */
export const textIn = (attribute: Attribute): string =>
  `CASE WHEN JSON_TYPEOF(${pathOf(attribute)}) = 'string' THEN CAST(${pathOf(attribute)} AS ${TEXT}) END`;

/** The value when it is a number, else null. */
export function numberIn(attribute: Attribute): string {
  const path = pathOf(attribute);
  const number = `WHEN JSON_TYPEOF(${path}) = 'number' THEN CAST(${path} AS FLOAT8)`;
  if (!attribute.asNumber) return `CASE ${number} END`;
  const text = textIn(attribute);
  // The guard is inside the argument: nothing says that a CASE around a cast is evaluated first.
  return `CASE ${number} ELSE CAST(CASE WHEN ${text} ~ ${NUMBER_PATTERN} THEN ${text} END AS FLOAT8) END`;
}

/** The value when it is true or false, else null. */
export const booleanIn = (attribute: Attribute): string =>
  `CASE WHEN JSON_TYPEOF(${pathOf(attribute)}) = 'boolean' THEN CAST(${pathOf(attribute)} AS BOOLEAN) END`;

/** Characters of a value that tell it apart in a breakdown (our choice). */
const LABEL_CHARS_MAX = 1_000;

/**
 * The value as text that tells its type, so that 5 and "5" stay apart: `s` and the string, `n` and the number, `true`,
 * `false`, `list`, `object`. Null when it is missing or null.
 */
export function labelIn(attribute: Attribute): string {
  const path = pathOf(attribute);
  if (attribute.asNumber) return `'n' || CAST(${numberIn(attribute)} AS VARCHAR(64))`;
  return `CASE JSON_TYPEOF(${path})
      WHEN 'string' THEN 's' || LEFT(CAST(${path} AS ${TEXT}), ${LABEL_CHARS_MAX})
      WHEN 'number' THEN 'n' || CAST(${path} AS VARCHAR(512))
      WHEN 'boolean' THEN CASE WHEN CAST(${path} AS BOOLEAN) THEN 'true' ELSE 'false' END
      WHEN 'array' THEN 'list'
      WHEN 'object' THEN 'object'
    END`;
}
