/** The outcome of one record of the file: an event, or the reason why it is rejected. */
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
  /** The file's own id, with `--id`. */
  readonly ownId: string | undefined;
  readonly name: string;
  readonly userId: string;
  /** Milliseconds since 1970; undefined without `--time`. */
  readonly timestamp: number | undefined;
  readonly attributes: Attributes;
}

export type Outcome =
  | { readonly kind: 'event'; readonly event: MappedEvent }
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
  readonly eol: '\n' | '\r\n' | '';
  readonly problem?: Problem;
}
