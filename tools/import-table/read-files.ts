/** The source files of the repository, without what is installed or built. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Files } from './find-violations.ts';
import { IMPORT_TABLE } from './table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = /\.(?:ts|tsx|mjs)$/;
const MADE = new Set(['node_modules', 'dist', '.tsbuild']);

/** By their path from the root, with `/` between folders on every system. */
export async function readFiles(): Promise<Files> {
  const paths = (await Promise.all(Object.keys(IMPORT_TABLE).map((folder) => listSources(join(ROOT, folder))))).flat();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return new Map(paths.map((path, index) => [relative(ROOT, path).split(sep).join('/'), texts[index] ?? '']));
}

async function listSources(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && !MADE.has(entry.name));
  const here = entries.filter((entry) => entry.isFile() && SOURCE.test(entry.name));
  const deeper = await Promise.all(below.map(({ name }) => listSources(join(folder, name))));
  return [...here.map(({ name }) => join(folder, name)), ...deeper.flat()];
}
