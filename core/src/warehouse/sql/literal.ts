/** The only place where a value becomes SQL text. The Data API binds no names, no COPY addresses and no nulls. */
import { StorageError } from '../../errors.ts';

/** The characters of batch ids, S3 addresses, ARNs and timestamps. Without quote and backslash, nothing can end a literal. */
const PLAIN = /^[A-Za-z0-9 !$()*+,./:;=?@_~-]*$/;
const NOT_PLAIN = /[^A-Za-z0-9 !$()*+,./:;=?@_~-]/g;

/** @throws StorageError for a string with any other character */
export function literal(text: string): string {
  if (!PLAIN.test(text)) {
    throw new StorageError('literal_unsafe', 'Expected a string of plain characters for SQL, got others.');
  }
  return `'${text}'`;
}

/**
 * The key of an object, which need not be one of ours. Only a quote is special here: it is doubled.
 * @throws StorageError for a backslash or a control character, which Redshift may read as an escape
 */
export function keyLiteral(key: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  if (/[\\\u0000-\u001f\u007f]/.test(key)) {
    throw new StorageError('literal_unsafe', 'Expected a key without backslashes and control characters for SQL.');
  }
  return `'${key.replaceAll("'", "''")}'`;
}

/** A message for people: other characters become `?`, and the rest is cut. */
export const plainLiteral = (text: string, charsMax: number): string =>
  `'${text.slice(0, charsMax).replace(NOT_PLAIN, '?')}'`;

/** @throws StorageError unless the value is a safe integer */
export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new StorageError('literal_unsafe', 'Expected a whole number for SQL.');
  return String(value);
}

/** The characters of names of IAM roles (AWS documentation), and the colon of `IAMR:`. */
const NAME = /^[A-Za-z0-9_+=,.@:-]{1,127}$/;

/** The name of a user, in quotes. @throws StorageError for a name that is not the name of an IAM role */
export function quotedName(name: string): string {
  if (!NAME.test(name))
    throw new StorageError('literal_unsafe', 'Expected the name of an IAM role for SQL, got another.');
  return `"${name}"`;
}
