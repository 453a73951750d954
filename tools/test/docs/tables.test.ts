import { readFileSync } from 'node:fs';
import { SCHEMA_MIGRATIONS, TABLES, type Table } from '@dataloaf/core/warehouse/tables';
import { expect, it } from 'vitest';
import { renderTables, TABLES_FILE } from '../../docs/tables.ts';

const ALL: readonly Table[] = [...TABLES, SCHEMA_MIGRATIONS];

it('core/docs/tables.md is up to date with the table definitions; `npm run docs` writes it', () => {
  const written = readFileSync(new URL(`../../../${TABLES_FILE}`, import.meta.url), 'utf8');

  expect(written).toBe(renderTables());
});

it.each(ALL)('explains $name and each of its columns', ({ about, columns }) => {
  expect(about).toMatch(/^[A-Z].*\.$/s);
  for (const column of Object.values(columns)) expect(column.about).not.toBe('');
});

it.each(ALL)('names only columns of $name in its keys and layout', ({ columns, key, distKey, sortKey = [] }) => {
  const names = distKey === undefined ? [...key, ...sortKey] : [...key, ...sortKey, distKey];

  expect(names.filter((name) => columns[name] === undefined)).toEqual([]);
  expect(key.length).toBeGreaterThan(0);
});
