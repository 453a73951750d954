/** Compares what a parser said of our SQL with what it is known to say. Pure. */
import type { Control, KnownVerdict } from './known-verdicts.ts';
import type { ParserName, ParserVerdict } from './parsers.ts';

export interface SqlText {
  readonly name: string;
  readonly text: string;
}

interface Said<Of> {
  readonly about: Of;
  readonly verdict: ParserVerdict;
}

export interface Saying {
  readonly parser: ParserName;
  readonly texts: readonly Said<SqlText>[];
  readonly controls: readonly Said<Control>[];
}

export interface ParserReport {
  readonly parser: ParserName;
  readonly texts: number;
  readonly parsed: number;
  /** Entries that hold, each with the number of its texts. */
  readonly known: readonly { readonly what: string; readonly texts: number }[];
  /** What fails the run: a text without an entry, an entry that no longer holds, a control that was taken. */
  readonly problems: readonly string[];
}

export function judgeParser({ parser, texts, controls }: Saying, all: readonly KnownVerdict[]): ParserReport {
  const entries = all.filter((entry) => entry.parser === parser);
  const known = entries.map((entry) => ({ ...entry, texts: texts.filter((said) => explains(entry, said)).length }));
  return {
    parser,
    texts: texts.length,
    parsed: texts.filter(({ verdict }) => verdict.kind === 'parsed').length,
    known: known.filter(isSeen).map((entry) => ({ what: entry.what, texts: entry.texts })),
    problems: [
      ...texts.filter((said) => !entries.some((entry) => explains(entry, said))).flatMap(problemOf),
      ...known.filter((entry) => !isSeen(entry)).map(({ what, why }) => `${what}: the entry is stale: ${why}`),
      ...controls
        .filter((said) => isTakenWrongly(parser, said))
        .map(({ about }) => `took what is broken: ${about.text}`),
    ],
  };
}

const isSeen = (entry: { readonly texts: number }): boolean => entry.texts > 0;

const explains = ({ texts, seen }: KnownVerdict, { about, verdict }: Said<SqlText>): boolean =>
  texts.test(about.text) && seen === verdict.kind;

function problemOf({ about, verdict }: Said<SqlText>): readonly string[] {
  switch (verdict.kind) {
    case 'parsed':
      return [];
    case 'opaque':
      return [`${about.name}: kept as an opaque command`];
    case 'refused':
      return [`${about.name}: ${verdict.says.split('\n', 1)[0]}`];
  }
}

/** An opaque command was not read. */
const isTakenWrongly = (parser: ParserName, { about, verdict }: Said<Control>): boolean =>
  about.refusedBy.includes(parser) && verdict.kind === 'parsed';

/** A line, then what needs attention. */
export function renderParser({ parser, texts, parsed, known, problems }: ParserReport): string {
  const kinds = known.map(({ what, texts: count }) => `${count} ${what}`).join(', ');
  const count = known.reduce((sum, entry) => sum + entry.texts, 0);
  const facts = [
    `${parsed} of ${texts} texts parsed`,
    ...(known.length > 0 ? [`${count} known not to be: ${kinds}`] : []),
    ...(problems.length > 0 ? [`${problems.length} UNEXPLAINED`] : []),
  ].join(', ');
  return [`${parser.padEnd(11)} ${'sql'.padEnd(14)} ${facts}`, ...problems.map((problem) => `  ${problem}`)].join('\n');
}
