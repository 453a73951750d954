import { describe, expect, it } from 'vitest';
import { judgeParser, renderParser, type Saying } from '../../../contract/parsers/judge-parser.ts';
import { CONTROLS, KNOWN_VERDICTS } from '../../../contract/parsers/known-verdicts.ts';
import type { ParserVerdict } from '../../../contract/parsers/parsers.ts';
import { ALL_SQL } from './all-sql.ts';

const PARSED: ParserVerdict = { kind: 'parsed' };
const OPAQUE: ParserVerdict = { kind: 'opaque' };
const LOCK = { parser: 'sqlglot', what: 'LOCK', texts: /^lock/, seen: 'opaque', why: 'no grammar' } as const;

const saying = (verdicts: Readonly<Record<string, ParserVerdict>>, control: ParserVerdict = OPAQUE): Saying => ({
  parser: 'sqlglot',
  texts: Object.entries(verdicts).map(([name, verdict]) => ({ about: { name, text: name }, verdict })),
  controls: [{ about: { text: 'SELEC', refusedBy: ['sqlglot'] }, verdict: control }],
});

describe('what a parser said', () => {
  it('is fine when every text is parsed, or has an entry', () => {
    const report = judgeParser(saying({ read: PARSED, lock: OPAQUE, lock_two: OPAQUE }), [LOCK]);

    expect(report).toEqual({
      parser: 'sqlglot',
      texts: 3,
      parsed: 1,
      known: [{ what: 'LOCK', texts: 2 }],
      problems: [],
    });
    expect(renderParser(report)).toBe('sqlglot     sql            1 of 3 texts parsed, 2 known not to be: 2 LOCK');
  });

  it.each([
    [
      'a refusal without an entry',
      saying({ read: { kind: 'refused', says: 'Expected AS\n  here' } }),
      [],
      'read: Expected AS',
    ],
    ['another verdict than the entry has', saying({ lock: { kind: 'refused', says: 'no' } }), [LOCK], 'lock: no'],
    ['an entry of another parser', saying({ lock: OPAQUE }), [{ ...LOCK, parser: 'sqlfluff' as const }], 'lock: kept'],
    ['an entry that no longer holds', saying({ lock: PARSED }), [LOCK], 'LOCK: the entry is stale: no grammar'],
    ['an entry without a statement', saying({ read: PARSED }), [LOCK], 'LOCK: the entry is stale'],
    ['a broken text that is taken', saying({ read: PARSED }, PARSED), [], 'took what is broken: SELEC'],
  ])('fails the run by %s', (_, said, known, problem) => {
    const report = judgeParser(said, known);

    expect(report.problems).toContainEqual(expect.stringContaining(problem));
    expect(renderParser(report)).toContain('UNEXPLAINED\n  ');
  });

  it('may be that it takes a broken text which only the other parser refuses', () => {
    const control = { about: { text: 'LOCK a b c', refusedBy: ['sqlfluff' as const] }, verdict: PARSED };

    expect(judgeParser({ ...saying({}), controls: [control] }, []).problems).toEqual([]);
  });
});

it('every entry is about texts of the product, and every control about a parser', () => {
  expect(ALL_SQL.length).toBeGreaterThan(80);
  expect(KNOWN_VERDICTS.filter(({ texts }) => !ALL_SQL.some(({ text }) => texts.test(text)))).toEqual([]);
  expect(CONTROLS.filter(({ refusedBy }) => refusedBy.length === 0)).toEqual([]);
});
