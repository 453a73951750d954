/** One item in the journal, from capture to its end. `json` is what goes to disk and wire, byte for byte. */
import type { ItemKind } from './types.ts';

export interface JournalItem {
  readonly kind: ItemKind;
  readonly json: string;
  /** UTF-8 bytes of `json`. */
  readonly bytes: number;
}

export interface JournalRecord extends JournalItem {
  /** Place in its journal; grows, with gaps. */
  readonly seq: number;
  /** Where it was read from, and where it is settled. */
  readonly home: RecordHome;
  /** The item was delivered, rejected, or written again elsewhere: its place need not be kept. */
  isSettled: boolean;
}

export interface RecordHome {
  settle(record: JournalRecord): void;
}

/** The id, read from the text: it is needed only for reports, so it is not carried beside the text. */
export function idOf(json: string): string | null {
  const found = /^\{"(?:event_id|op_id)":("(?:[^"\\]|\\.)*")/.exec(json)?.[1];
  if (found === undefined) return null;
  const id: unknown = JSON.parse(found);
  return typeof id === 'string' ? id : null;
}
