/** A hint that names a command which does not exist costs a person more time than no hint. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../infra/src/cli/commands.ts';
import { readFiles } from '../import-table/read-files.ts';

const SELF = 'tools/test/named-commands.test.ts';
const sources = [...(await readFiles())].filter(([path]) => path !== SELF);
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Each name that follows `prefix` in a source, as "path: prefix name". */
const namesAfter = (prefix: string): ReadonlyMap<string, string> => {
  const pattern = new RegExp(`\\b${prefix} ([a-z][a-z0-9:-]*)`, 'g');
  const found = sources.flatMap(([path, text]) =>
    [...text.matchAll(pattern)].map(([whole, name = '']): [string, string] => [`${path}: ${whole}`, name]),
  );
  return new Map(found);
};

it.each([
  ['dataloaf', [...COMMANDS.map(({ name }) => name), 'help']],
  ['npm run', Object.keys(manifest.scripts)],
])('every `%s NAME` in a source is a command that exists', (prefix, known) => {
  const named = namesAfter(prefix);

  const unknown = [...named].filter(([, name]) => !known.includes(name));

  expect(named.size).toBeGreaterThan(0);
  expect(unknown.map(([place]) => place)).toEqual([]);
});
