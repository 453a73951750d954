/** The outcome of one record of the file: an event, a line that is left out, or the reason why it is rejected. */
import type { Attributes } from '@dataloaf/core/api';

export interface Problem {
  /** One of a fixed set: it labels and groups rejects. */
  readonly code: string;
  /** What was expected and what kind of value came; never the content. */
  readonly message: string;
}

export interface Reject extends Problem {
  /** Line on which the record begins, from 1; null if it is no longer known. */
  readonly line: number | null;
  readonly id?: string;
}

/** A record as an event, before the import gives it an id. */
export interface MappedEvent {
  readonly line: number;
  /** The file's own id, with `--id` or `--from`. */
  readonly ownId: string | undefined;
  readonly name: string;
  readonly userId: string;
  /** Milliseconds since 1970; undefined without `--time` and `--from`. */
  readonly timestamp: number | undefined;
  readonly attributes: Attributes;
}

/** A line that the import leaves out on purpose. */
export type LeftOut = 'header_repeated' | 'not_an_event';
/** What the import changes in an event that it keeps. */
export type Change = 'number_unsafe' | 'key_repeated' | 'name_taken' | 'id_hashed';

export type Outcome =
  | {
      readonly kind: 'event';
      readonly event: MappedEvent;
      /** One entry for each changed value. Absent: none. */
      readonly changes?: readonly Change[];
    }
  | { readonly kind: 'left_out'; readonly line: number; readonly why: LeftOut }
  | { readonly kind: 'reject'; readonly reject: Reject & { readonly line: number } };

export const rejectLine = (line: number, { code, message }: Problem): Outcome => ({
  kind: 'reject',
  reject: { line, code, message },
});

/** Turns lines into outcomes, in order. */
export interface RecordReader {
  push(lines: readonly Line[]): readonly Outcome[];
  /** The outcomes of the records that were still open when the file ended. */
  end(): readonly Outcome[];
}

/** One physical line. A line with a problem has no text. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** The line end: a quoted CSV field keeps the ends of the lines that it spans. */
  readonly eol: '\n' | '\r\n' | '\r' | '';
  readonly problem?: Problem;
}
