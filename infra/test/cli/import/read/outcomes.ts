/** Fixtures of the readers' tests: a mapping, a reader over a string, and a short form of its outcomes. */
import { LineSplitter } from '../../../../src/cli/import/read/line-splitter.ts';
import { makeReader } from '../../../../src/cli/import/read/make-reader.ts';
import type { ColumnMapping, Format, Mapping } from '../../../../src/cli/import/read/mapping.ts';
import type { Change, MappedEvent, Outcome } from '../../../../src/cli/import/read/outcome.ts';

export const aMapping = (changes: Partial<ColumnMapping> = {}): ColumnMapping => ({
  event: { kind: 'constant', name: 'paid' },
  user: 'user',
  time: undefined,
  id: undefined,
  ...changes,
});

export function readText(format: Format, text: string, mapping: Mapping = aMapping()): Outcome[] {
  const splitter = new LineSplitter();
  const reader = makeReader(format, mapping);
  const lines = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return [...reader.push(lines), ...reader.end()];
}

/** Events as they are, rejects as line and code, lines that are left out as line and reason. */
export const short = (outcomes: readonly Outcome[]): readonly (MappedEvent | string)[] =>
  outcomes.map((outcome) => {
    if (outcome.kind === 'event') return outcome.event;
    return outcome.kind === 'reject'
      ? `${outcome.reject.line} ${outcome.reject.code}`
      : `${outcome.line} ${outcome.why}`;
  });

/** What the reader changed in the events. */
export const changesOf = (outcomes: readonly Outcome[]): readonly Change[] =>
  outcomes.flatMap((outcome) => (outcome.kind === 'event' ? (outcome.changes ?? []) : []));
