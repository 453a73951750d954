import { STATEMENTS_PER_BATCH_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import { createTable } from '../../../src/warehouse/sql/create-table.ts';
import { applyMigration, MIGRATIONS } from '../../../src/warehouse/sql/migrations.ts';
import { TABLES } from '../../../src/warehouse/tables.ts';

describe.each(MIGRATIONS.map((migration) => [migration.version, migration] as const))(
  'migration %d',
  (_, migration) => {
    it('reads as it was applied, for ever', () => {
      expect(migration.statements.map(({ text }) => text).join(';\n\n')).toMatchSnapshot();
    });

    it('fits into one transaction', () => {
      expect(applyMigration(migration).length).toBeLessThanOrEqual(STATEMENTS_PER_BATCH_MAX);
    });
  },
);

it('all migrations together create every column of every table, in its order, and its layout', () => {
  const texts = MIGRATIONS.flatMap(({ statements }) => statements.map(({ text }) => text));

  for (const table of TABLES.filter(({ name }) => name !== 'load_mutex')) {
    const created =
      texts.findLast((text) => text.startsWith(`CREATE TABLE IF NOT EXISTS dataloaf.${table.name} (`)) ?? '';
    const added = texts.flatMap((text) => {
      const column = new RegExp(`^ALTER TABLE dataloaf\\.${table.name} ADD COLUMN (.*)$`).exec(text)?.[1];
      return column === undefined ? [] : [`  ${column}`];
    });
    const [head = '', ...rest] = created.split('\n');
    const columns = [...rest.slice(0, -1).join('\n').split(',\n'), ...added].join(',\n');
    expect([head, columns, rest.at(-1)].join('\n'), table.name).toBe(createTable(table).text);
  }
});
