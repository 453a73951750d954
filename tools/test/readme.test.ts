/** What the README says of the folders. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { IMPORT_TABLE } from '../import-table/table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');

it('the import table of the README is the one that is enforced', () => {
  const rows = [...readme.matchAll(/^\| (\[\w+\]\(.*\)) \| (.+) \|$/gm)].flatMap(([, folders = '', cell = '']) => {
    const allowed = cell === 'nothing of ours' ? [] : cell.split(', ');
    return [...folders.matchAll(/\[(\w+)\]/g)].map(([, folder]) => [folder, allowed]);
  });

  expect(Object.fromEntries(rows)).toEqual(IMPORT_TABLE);
});

it('the tree of the README names every folder, and every folder in its sources', () => {
  const tree = readme.slice(readme.indexOf('## Folders'), readme.indexOf('Seven of these folders'));
  const [, block = ''] = tree.split('```');
  const named = block.split(/^(?=\w+\/)/m).flatMap((part) => {
    const [folder = ''] = part.trim().split('/');
    const below = [...part.matchAll(/\bsrc\/(\w+)\//g)].map(([, name]) => `${folder}/src/${name}`);
    return folder === '' ? [] : [folder, ...below];
  });

  const present = Object.keys(IMPORT_TABLE).flatMap((folder) => [folder, ...foldersBelow(`${folder}/src`)]);
  expect(named.toSorted()).toEqual(present.toSorted());
});

function foldersBelow(path: string): readonly string[] {
  try {
    const entries = readdirSync(`${root}/${path}`, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
  } catch {
    // `tools` and `promises` have no `src`.
    return [];
  }
}
