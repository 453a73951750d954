/** `npm run docs`: writes the documents that are generated from the code. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RIGHTS_FILE, renderRights } from './rights.ts';
import { renderTables, TABLES_FILE } from './tables.ts';

const DOCUMENTS = { [TABLES_FILE]: renderTables, [RIGHTS_FILE]: renderRights };

for (const [path, render] of Object.entries(DOCUMENTS)) {
  const file = new URL(`../../${path}`, import.meta.url);
  await mkdir(dirname(file.pathname), { recursive: true });
  await writeFile(file, render());
}
