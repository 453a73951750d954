/** What becomes of one record of the file: an event, or the reason why it is none. */
import type { Attributes } from '@dataloaf/core/api';

export interface Problem {
  /** Bounded: it labels and groups rejects. */
  readonly code: string;
  /** What was expected and what kind of thing came; never the content. */
  readonly message: string;
}

export interface Reject extends Problem {
  /** Line on which the record begins, from 1; null where it is not known any more. */
  readonly line: number | null;
  readonly id?: string;
}

/** A record in the words of the wire, before it has an id of the import's own. */
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
  /** What was still open when the file ended. */
  end(): readonly Outcome[];
}

/** One physical line. One with a problem has no text. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** What ended it: a quoted CSV field keeps the ends of the lines that it spans. */
  readonly eol: '\n' | '\r\n' | '';
  readonly problem?: Problem;
}
