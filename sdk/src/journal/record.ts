/**
 * One item in the journal, from capture to settlement. Its payload, JSON in UTF-8, is a range of bytes inside a frame
 * (frame.ts). The frame is made once, at capture or by reading it back, and never changes. Disk and wire get these
 * bytes.
 */

import type { Buffer } from 'node:buffer';
import type { ItemKind } from '../types.ts';
import type { SharedBuffer } from './shared-buffer.ts';

export interface JournalItem {
  readonly kind: ItemKind;
  /** Holds the frame: its header, then the payload. */
  readonly source: Buffer;
  /** Where the payload begins. */
  readonly start: number;
  /** Length of the payload. */
  readonly bytes: number;
}

export interface JournalRecord extends JournalItem {
  /** Sequence in its journal. Grows, with gaps. */
  readonly seq: number;
  readonly journal: SourceJournal;
  /** The pooled buffer of `source`. Released when the record is settled; nothing reads the record after that. */
  readonly memory: SharedBuffer | undefined;
  /**
   * The item was delivered, rejected, dropped, or written again under another sequence: the journal may forget this
   * one.
   */
  isSettled: boolean;
}

/** The journal that a record was read from, and in which it is settled: our own or an adopted one. */
export interface SourceJournal {
  settle(record: JournalRecord): void;
}

export function textOf({ source, start, bytes }: JournalItem): string {
  return source.toString('utf8', start, start + bytes);
}

/** The id, read from the payload. Records do not carry it, because only reports need it. */
export function idOf(item: JournalItem): string | null {
  const found = /^\{"(?:event_id|op_id)":("(?:[^"\\]|\\.)*")/.exec(textOf(item))?.[1];
  if (found === undefined) return null;
  const id: unknown = JSON.parse(found);
  return typeof id === 'string' ? id : null;
}
