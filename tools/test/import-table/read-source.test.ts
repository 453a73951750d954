import { expect, it } from 'vitest';
import { readSource } from '../../import-table/read-source.ts';

const importsOf = (text: string) => readSource(text).imports.map(({ specifier }) => specifier);

it('finds every form of import, with its line', () => {
  const text = [
    "import a from 'a';",
    'import { b,',
    "  type c } from 'b';",
    "import 'd';",
    "export { e } from 'e';",
    "export * from 'f';",
    "const g = await import('g');",
    "type H = typeof import('h');",
  ].join('\n');

  const { imports } = readSource(text);

  expect(imports.map(({ line, specifier }) => [line, specifier])).toEqual([
    [1, 'a'],
    [3, 'b'],
    [4, 'd'],
    [5, 'e'],
    [6, 'f'],
    [7, 'g'],
    [8, 'h'],
  ]);
});

it('tells imports of types from imports that load something', () => {
  const { imports } = readSource(
    "import type { A } from 'a';\nexport type { B } from 'b';\nimport { type C } from 'c';",
  );

  expect(imports.map(({ isType }) => isType)).toEqual([true, true, false]);
});

it.each([
  ['a comment', "// import a from 'a'\n/* import b from 'b' */"],
  ['a string', `const code = "import a from 'a';";`],
  ['a template', "const code = `import a from 'a';`;"],
  ['a call that is called from', "export const list = Array.from('a');"],
])('finds no import in %s', (_what, text) => {
  expect(importsOf(text)).toEqual([]);
});

it.each([
  ['an apostrophe in a regular expression', "const quote = /['`\"]/;\nimport('a');"],
  ['a slash in a class of a regular expression', 'const path = /[/*]/g;\nimport("a");'],
  ['a nested template', `const text = \`\${x ? \`it's\` : ''}\`;\nimport('a');`],
  ['a division', "const half = all / 2; // it's\nimport('a');"],
])('goes on after %s', (_what, text) => {
  expect(importsOf(text)).toEqual(['a']);
});

it('keeps code lines in place without comments and strings', () => {
  const { lines, header } = readSource(
    `/** Head. */\nconst a = 'Date.now()'; // Date.now()\nconst b = \`\${Date.now()}\`;`,
  );

  expect(header).toBe('/** Head. */');
  expect(lines.map((line) => line.includes('Date.now'))).toEqual([false, false, true]);
});
