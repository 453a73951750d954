/** Fixtures of the readers' tests: a mapping, a reader over a string, and a short form of its outcomes. */
import { LineSplitter } from '../../../../src/cli/import/read/line-splitter.ts';
import { makeReader } from '../../../../src/cli/import/read/make-reader.ts';
import type { Format, Mapping } from '../../../../src/cli/import/read/mapping.ts';
import type { MappedEvent, Outcome } from '../../../../src/cli/import/read/outcome.ts';

export const aMapping = (changes: Partial<Mapping> = {}): Mapping => ({
  event: { kind: 'constant', name: 'paid' },
  user: 'user',
  time: undefined,
  id: undefined,
  ...changes,
});

export function readText(format: Format, text: string, mapping = aMapping()): Outcome[] {
  const splitter = new LineSplitter();
  const reader = makeReader(format, mapping);
  const lines = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return [...reader.push(lines), ...reader.end()];
}

/** Events as they are, rejects as line and code. */
export const short = (outcomes: readonly Outcome[]): readonly (MappedEvent | string)[] =>
  outcomes.map((outcome) =>
    outcome.kind === 'event' ? outcome.event : `${outcome.reject.line} ${outcome.reject.code}`,
  );
