/** Which column is what. Part of the identity of an import: another mapping makes other events. */
import { createHash } from 'node:crypto';

export type Format = 'csv' | 'ndjson';

export interface Mapping {
  /** The name of all events, or the column that holds it. */
  readonly event:
    | { readonly kind: 'constant'; readonly name: string }
    | { readonly kind: 'column'; readonly column: string };
  readonly user: string;
  readonly time: string | undefined;
  readonly id: string | undefined;
}

/** Columns with a role: what is left becomes attributes. */
export function roleColumns(mapping: Mapping): ReadonlySet<string> {
  const columns = [mapping.user, mapping.time, mapping.id];
  if (mapping.event.kind === 'column') columns.push(mapping.event.column);
  return new Set(columns.filter((column) => column !== undefined));
}

/** Hex; the same for the same content read in the same way, whatever the file is called and however it is packed. */
export function importHash(contentHash: string, mapping: Mapping, format: Format): string {
  const { event, user, time, id } = mapping;
  const eventPart = event.kind === 'constant' ? ['constant', event.name] : ['column', event.column];
  const canonical = JSON.stringify(['v1', contentHash, format, eventPart, user, time ?? null, id ?? null]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}
