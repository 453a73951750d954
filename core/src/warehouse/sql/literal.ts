/** The only place where a value becomes SQL text. The Data API binds no names, no COPY addresses and no nulls. */
import { StorageError } from '../../errors.ts';

/** The characters of batch ids, S3 addresses, ARNs and timestamps. Without quote and backslash, nothing can end a literal. */
const PLAIN = /^[A-Za-z0-9 !$()*+,./:;=?@_~-]*$/;

/** @throws StorageError for a string with any other character */
export function literal(text: string): string {
  if (!PLAIN.test(text)) {
    throw new StorageError('literal_unsafe', 'Expected a string of plain characters for SQL, got others.');
  }
  return `'${text}'`;
}

/** @throws StorageError unless the value is a safe integer */
export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new StorageError('literal_unsafe', 'Expected a whole number for SQL.');
  return String(value);
}
