/** `npm run docs`: writes the documents that are generated from the code. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renderTables, TABLES_FILE } from './tables.ts';

const file = new URL(`../../${TABLES_FILE}`, import.meta.url);
await mkdir(dirname(file.pathname), { recursive: true });
await writeFile(file, renderTables());
