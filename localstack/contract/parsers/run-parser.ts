/** Every SQL text of the product, and the controls, through one parser. */
import { ALL_SQL } from '../../test/contract/parsers/all-sql.ts';
import type { Python } from '../python.ts';
import { judgeParser, type ParserReport } from './judge-parser.ts';
import { CONTROLS, KNOWN_VERDICTS } from './known-verdicts.ts';
import { type ParserName, type ParserVerdict, parseWith } from './parsers.ts';

export async function runParser(
  parser: ParserName,
  { python }: Extract<Python, { kind: 'found' }>,
): Promise<ParserReport> {
  const verdicts = await parseWith(
    parser,
    python,
    [...ALL_SQL, ...CONTROLS].map(({ text }) => text),
  );
  const next = verdicts.values();
  const said = <Of>(about: Of): { readonly about: Of; readonly verdict: ParserVerdict } => ({
    about,
    verdict: next.next().value ?? { kind: 'refused', says: 'no verdict' },
  });
  return judgeParser({ parser, texts: ALL_SQL.map(said), controls: CONTROLS.map(said) }, KNOWN_VERDICTS);
}
