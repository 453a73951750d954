/** Which column holds what. */
import type { Vendor } from './from/vendor-form.ts';

export type Format = 'csv' | 'ndjson';

/** One name for all events, or the column that holds the name. */
export type EventName =
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'column'; readonly column: string };

/** Columns by name. In NDJSON, a name may be a dotted path. */
export interface ColumnMapping {
  readonly event: EventName;
  readonly user: string;
  readonly time: string | undefined;
  readonly id: string | undefined;
}

/** The ready-made mapping of a vendor's export. A column that is given replaces the vendor's own. */
export interface VendorMapping {
  readonly from: Vendor;
  readonly event: EventName | undefined;
  readonly user: string | undefined;
  readonly time: string | undefined;
  readonly id: string | undefined;
}

export type Mapping = ColumnMapping | VendorMapping;

export const isVendorMapping = (mapping: Mapping): mapping is VendorMapping => 'from' in mapping;

/** Whether the file has ids of its own. */
export const hasOwnIds = (mapping: Mapping): boolean => isVendorMapping(mapping) || mapping.id !== undefined;

/** Whether the file has times of its own. */
export const hasTimes = (mapping: Mapping): boolean => isVendorMapping(mapping) || mapping.time !== undefined;

/** The columns with a role. All others become attributes. */
export function roleColumns(mapping: ColumnMapping): ReadonlySet<string> {
  const columns = [mapping.user, mapping.time, mapping.id];
  if (mapping.event.kind === 'column') columns.push(mapping.event.column);
  return new Set(columns.filter((column) => column !== undefined));
}
