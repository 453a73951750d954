/**
 * The product's statements in another schema. The product itself always writes to `SCHEMA`, so its statements name it as
 * they are sent; only the doctor runs them elsewhere. Pure.
 */
import { SCHEMA } from '../tables.ts';
import type { Statement } from '../warehouse.ts';

/** A quoted string, which is kept, or the bare name of the schema. */
const STRING_OR_SCHEMA = new RegExp(`'(?:[^']|'')*'|(?<![.\\w])${SCHEMA}(?!\\w)`, 'g');

/** Temporary tables have no schema, so they stay as they are. */
export const inSchema = (schema: string, statement: Statement): Statement => ({
  ...statement,
  text: statement.text.replaceAll(STRING_OR_SCHEMA, (match) => (match === SCHEMA ? schema : match)),
});
