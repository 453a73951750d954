/**
 * Holds the published SDK to what is the same in every environment. Tests of an application replace globals (jsdom, fake
 * timers, a mocked Date) or run in a realm of their own, where Node's errors and dates are no instances of Error and Date.
 * Pure.
 */
import type { Source } from './read-source.ts';
import { BUILT_IN_CLASSES, CLOCK_MODULES, HOST_GLOBALS, REPLACED, SURROUNDINGS_EXCEPTIONS } from './table.ts';

const IMPORT_STATEMENT = /^import\b[^;]*;/gm;
const HOST_GLOBAL = new RegExp(`(?<![\\w$.#])(?:${HOST_GLOBALS.join('|')})\\b(?!\\s*\\??:)`, 'g');
const FOREIGN_TEST = new RegExp(`\\binstanceof\\s+(?:${[...HOST_GLOBALS, ...BUILT_IN_CLASSES].join('|')})\\b`);

/** Returns lines of `number: what is wrong`. */
export function judgeSurroundings(path: string, { imports, lines }: Source): readonly string[] {
  const code = lines.join('\n');
  const imported = new Set((code.match(IMPORT_STATEMENT) ?? []).flatMap((text) => text.match(/[\w$]+/g) ?? []));
  const allowed = SURROUNDINGS_EXCEPTIONS[path] ?? [];
  const withoutImports = code.replaceAll(IMPORT_STATEMENT, (text) => text.replaceAll(/[^\n]/g, ' '));
  const clocks = imports
    .filter(({ specifier }) => CLOCK_MODULES.includes(specifier) && !allowed.includes(specifier))
    .map(({ line, specifier }) => `${line}: imports ${specifier}. Use sdk/src/runtime.ts.`);
  const uses = withoutImports.split('\n').flatMap((line, index) => {
    const globals = [...line.matchAll(HOST_GLOBAL)].map(([name]) => name).filter((name) => !imported.has(name));
    const replaced = REPLACED.flatMap(({ use, instead }) => {
      const found = use.exec(line)?.[0];
      return found === undefined || allowed.includes(found) ? [] : [`${index + 1}: uses ${found}. ${instead}`];
    });
    const foreign = FOREIGN_TEST.exec(line)?.[0];
    return [
      ...globals
        .filter((name) => !allowed.includes(name))
        .map((name) => `${index + 1}: uses the global ${name}. Import it from its module of Node.`),
      ...replaced,
      ...(foreign === undefined
        ? []
        : [`${index + 1}: uses ${foreign}. Judge by shape: node:util's types, or isError.`]),
    ];
  });
  return [...clocks, ...uses];
}
