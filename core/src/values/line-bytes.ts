import { ITEM_BYTES_MAX } from '../limits.ts';
import { type Rejection, reject } from './parsed.ts';

/** The size of an item is that of its line in S3, newline included. */
export function checkLineBytes(bytes: number, kind: 'an event' | 'an operation'): Rejection | undefined {
  if (bytes <= ITEM_BYTES_MAX) return undefined;
  return reject('item_too_large', `Expected ${kind} of at most ${ITEM_BYTES_MAX} bytes, got ${bytes}.`);
}
