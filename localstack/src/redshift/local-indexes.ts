/**
 * Indexes of the stand-in, the whole list. Redshift has none and skips blocks by sort keys instead; here they make a
 * year of events answer in milliseconds (65 to 100 times faster, measured). Never part of shipped DDL.
 */

const INDEXES: Readonly<Record<string, readonly string[]>> = {
  events: ['(event_name, event_created) INCLUDE (user_id)', '(event_id)'],
  event_keys: ['(id_day, event_id)'],
  user_ops: ['(op_id)', '(user_id)'],
  users: ['(user_id)'],
  user_attrs: ['(user_id, attr)'],
  load_files: ['(object_uri)'],
};

export interface CreatedTable {
  readonly schema: string | undefined;
  readonly name: string;
}

/** Statements to run after CREATE TABLE, which may find them done. */
export function indexesOf(table: CreatedTable): readonly string[] {
  if (table.schema === undefined) return [];
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  return (INDEXES[table.name] ?? []).map(
    (columns, nth) =>
      `CREATE INDEX IF NOT EXISTS ${quote(`${table.name}_${nth}`)} ON ${quote(table.schema ?? '')}.${quote(table.name)} ${columns}`,
  );
}
