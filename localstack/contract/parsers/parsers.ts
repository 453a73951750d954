/**
 * Two parsers from other projects that know Redshift's dialect, as witnesses for the SQL that we send. They know syntax:
 * neither types, nor rights, nor what Redshift cannot plan.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ContractError } from '../contract-error.ts';

export const PARSER_NAMES = ['sqlglot', 'sqlfluff'] as const;
export type ParserName = (typeof PARSER_NAMES)[number];

export type ParserVerdict =
  | { readonly kind: 'parsed' }
  /** Kept as a command whose inside the parser does not read. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'refused'; readonly says: string };

/** sqlfluff takes 4 s for all texts. */
const PARSE_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** A verdict for each text, in order. */
export async function parseWith(
  name: ParserName,
  python: string,
  texts: readonly string[],
): Promise<readonly ParserVerdict[]> {
  const program = fileURLToPath(new URL(`parse_with_${name}.py`, import.meta.url));
  const output = await new Promise<string>((resolve, reject) => {
    // An environment of its own: neither parser may find a configuration of the user.
    const options = { env: { PATH: '/usr/bin:/bin' }, timeout: PARSE_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
    const child = execFile(python, ['-I', program], options, (cause, stdout) => {
      if (cause === null) resolve(stdout);
      else reject(new ContractError('parser_failed', `Expected ${name} to parse the SQL texts, it failed.`, { cause }));
    });
    child.stdin?.end(JSON.stringify(texts));
  });
  const verdicts: readonly ParserVerdict[] = JSON.parse(output);
  if (verdicts.length === texts.length) return verdicts;
  const message = `Expected ${texts.length} verdicts of ${name}, got ${verdicts.length}.`;
  throw new ContractError('parser_failed', message);
}
