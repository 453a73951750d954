/**
 * One item in the journal, from capture to its end. Its payload, JSON in UTF-8, is a range of bytes inside a frame
 * (segment-file.ts) that is made once, at capture or by reading it back, and never changed: what goes to disk and wire.
 */

import type { ItemKind } from '../types.ts';
import type { SharedBuffer } from './shared-buffer.ts';

export interface JournalItem {
  readonly kind: ItemKind;
  /** Holds the payload, after the header of its frame. */
  readonly source: Buffer;
  /** Where the payload begins. */
  readonly start: number;
  /** Length of the payload. */
  readonly bytes: number;
}

export interface JournalRecord extends JournalItem {
  /** Place in its journal; grows, with gaps. */
  readonly seq: number;
  /** Where it was read from, and where it is settled. */
  readonly home: RecordHome;
  /** Whose buffer `source` is, where that is used again; released when the record is settled, which is not read after. */
  readonly memory: SharedBuffer | undefined;
  /** The item was delivered, rejected, or written again elsewhere: its place need not be kept. */
  isSettled: boolean;
}

export interface RecordHome {
  settle(record: JournalRecord): void;
}

export function textOf({ source, start, bytes }: JournalItem): string {
  return source.toString('utf8', start, start + bytes);
}

/** The id, read from the payload: it is needed only for reports, so it is not carried beside it. */
export function idOf(item: JournalItem): string | null {
  const found = /^\{"(?:event_id|op_id)":("(?:[^"\\]|\\.)*")/.exec(textOf(item))?.[1];
  if (found === undefined) return null;
  const id: unknown = JSON.parse(found);
  return typeof id === 'string' ? id : null;
}
