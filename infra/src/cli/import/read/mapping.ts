/** Which column holds what. */

export type Format = 'csv' | 'ndjson';

export interface Mapping {
  /** One name for all events, or the column that holds the name. */
  readonly event:
    | { readonly kind: 'constant'; readonly name: string }
    | { readonly kind: 'column'; readonly column: string };
  readonly user: string;
  readonly time: string | undefined;
  readonly id: string | undefined;
}

/** The columns with a role. All others become attributes. */
export function roleColumns(mapping: Mapping): ReadonlySet<string> {
  const columns = [mapping.user, mapping.time, mapping.id];
  if (mapping.event.kind === 'column') columns.push(mapping.event.column);
  return new Set(columns.filter((column) => column !== undefined));
}
