/** Column spec to DDL. */
import type { Column, Columns, SqlType } from '../../columns.ts';
import { SCHEMA, type Table } from '../tables.ts';
import type { Statement } from '../warehouse.ts';

export function createTable(table: Table): Statement {
  const layout = [
    ...(table.distKey === undefined ? [] : [`DISTKEY(${table.distKey})`]),
    ...(table.sortKey === undefined ? [] : [`SORTKEY(${table.sortKey.join(', ')})`]),
  ];
  return {
    name: `create_${table.name}`,
    text: [`CREATE TABLE IF NOT EXISTS ${SCHEMA}.${table.name} (`, columnLines(table.columns), `) ${layout.join(' ')}`]
      .join('\n')
      .trimEnd(),
  };
}

/** Adds a nullable column to a table that exists. */
export const addColumn = (table: Table, name: string, column: Column): Statement => ({
  name: `add_${table.name}_${name}`,
  text: `ALTER TABLE ${SCHEMA}.${table.name} ADD COLUMN ${name} ${typeText(column)}`,
});

/** A staging table lives as long as its transaction. NOT NULL makes COPY refuse a row instead of filling it. */
export const createStaging = (name: string, columns: Columns): Statement => ({
  name: `create_${name}`,
  text: `CREATE TEMP TABLE ${name} (\n${columnLines(columns)}\n)`,
});

const columnLines = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, column]) => `  ${name} ${typeText(column)}`)
    .join(',\n');

/** The type of a column as DDL, with NOT NULL. */
export const typeText = (column: Column): string => `${sqlType(column.type)}${column.nullable ? '' : ' NOT NULL'}`;

function sqlType(type: SqlType): string {
  switch (type.kind) {
    case 'varchar':
      return `VARCHAR(${type.bytesMax})`;
    case 'super':
      return 'SUPER';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'bigint':
      return 'BIGINT';
    case 'integer':
      return 'INTEGER';
    case 'boolean':
      return 'BOOLEAN';
  }
}
