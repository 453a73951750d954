/**
 * The imports of a source file, and its code without comments and strings. A scanner, not a parser: TypeScript 7 has no
 * programming interface yet, and Biome has formatted every file that this reads. Pure.
 */

export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** `import type` and `export type` are erased: they load nothing. */
  readonly isType: boolean;
}

export interface Source {
  /** The comment at the head of the file. */
  readonly header: string;
  readonly imports: readonly Import[];
  /** The code line by line. Templates keep their text, because they hold code. */
  readonly lines: readonly string[];
}

// A slash after an operator begins a regular expression; after a value, it divides.
const REGULAR_EXPRESSION = /(?=\/)(?<=[=(,:;!&|?{}[\n>]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\//;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/;
const TEMPLATE = /`(?:\\[\s\S]|[^`\\])*`/;
const TOKEN = [REGULAR_EXPRESSION, COMMENT, STRING, TEMPLATE].map(({ source }) => `(${source})`).join('|');
const HEADER = /^(?:#!.*\n)?\s*(\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/;
/** The code before a string that is imported. */
const IMPORTING = /\b(?:import\s*\(|(?:import|export)\b(?<type>\s+type\b)?(?:[^;]*\bfrom)?)\s*$/;

export function readSource(text: string): Source {
  const imports: Import[] = [];
  let code = '';
  let at = 0;
  for (const match of text.matchAll(new RegExp(TOKEN, 'g'))) {
    const [token, , , string, template] = match;
    const between = text.slice(at, match.index);
    code += between;
    at = match.index + token.length;
    // The first test is for speed: most strings are no imports.
    const importing =
      string && /(?:from|import|\()\s*$/.test(between) ? IMPORTING.exec(lastStatement(code)) : undefined;
    if (importing) {
      const isType = importing.groups?.['type'] !== undefined;
      imports.push({ line: code.split('\n').length, specifier: token.slice(1, -1), isType });
    }
    code += template ?? token.replaceAll(/[^\n]/g, ' ');
  }
  const header = HEADER.exec(text)?.[1] ?? '';
  return { header, imports, lines: (code + text.slice(at)).split('\n') };
}

const lastStatement = (code: string): string =>
  code.slice(Math.max(code.lastIndexOf(';'), code.lastIndexOf('import'), 0));
