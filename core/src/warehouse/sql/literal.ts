/** The only place where a value becomes SQL text. The Data API binds no names, no addresses of COPY and no nulls. */
import { StorageError } from '../../errors.ts';

/** What batch ids, S3 addresses, ARNs and time stamps consist of; no quote and no backslash, so nothing can end a literal. */
const PLAIN = /^[A-Za-z0-9 !$()*+,./:;=?@_~-]*$/;

/** @throws StorageError for a text with a character outside the plain ones */
export function literal(text: string): string {
  if (!PLAIN.test(text)) {
    throw new StorageError('literal_unsafe', 'Expected a text of plain characters for SQL, got others.');
  }
  return `'${text}'`;
}

/** @throws StorageError for anything but a safe whole number */
export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new StorageError('literal_unsafe', 'Expected a whole number for SQL.');
  return String(value);
}
