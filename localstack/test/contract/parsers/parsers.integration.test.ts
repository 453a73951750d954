import { describe, expect, it } from 'vitest';
import { PARSER_NAMES } from '../../../contract/parsers/parsers.ts';
import { runParser } from '../../../contract/parsers/run-parser.ts';
import { findPython, type Python } from '../../../contract/python.ts';

/** Nothing is installed for a test. */
const PARSERS = PARSER_NAMES.map((name) => ({ name, python: findPython(name) }));

/** A missing parser must be visible in the output. */
function isHere(name: string, python: Python): boolean {
  if (python.kind === 'found') return true;
  process.stderr.write(`\n*** NO PARSER ${name}: its test DOES NOT RUN. ${python.why} ***\n\n`);
  return false;
}

describe.each(PARSERS)('the parser $name', ({ name, python }) => {
  it.runIf(isHere(name, python))('reads every SQL text of the product, but for those with an entry', async () => {
    if (python.kind === 'missing') throw new Error(python.why);

    const { problems } = await runParser(name, python);

    expect(problems).toEqual([]);
  });
});
