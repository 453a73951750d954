/** Reads a line of a vendor's export: which fields have a role in it, and what becomes of the others. */
import { isObject } from '@dataloaf/core/values/parsed';
import type { JsonObject, VendorForm } from './from/vendor-form.ts';
import { VENDOR_FORMS } from './from/vendor-forms.ts';
import { valueAt } from './json-path.ts';
import type { ColumnMapping, VendorMapping } from './mapping.ts';
import type { Change } from './outcome.ts';

export const formOf = ({ from }: VendorMapping): VendorForm => VENDOR_FORMS[from];

/** The mapping of this line: of several fields for a role, the first with a value. */
export function mappingOfLine(mapping: VendorMapping, line: JsonObject): ColumnMapping {
  const form = formOf(mapping);
  const first = (paths: readonly string[]): string | undefined => paths.find((path) => hasValue(valueAt(line, path)));
  // Without a value, the message about the line names all fields.
  const named = (paths: readonly string[]): string => first(paths) ?? paths.join(' or ');
  return {
    event: mapping.event ?? { kind: 'column', column: named(form.event) },
    user: mapping.user ?? named(form.user),
    time: mapping.time ?? named(form.time),
    id: mapping.id ?? first(form.id),
  };
}

const hasValue = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/**
 * The attributes of a line whose fields with a role are removed. The members of the vendor's object of properties come first;
 * a field of the line whose name is taken then is left out.
 */
export function vendorAttributes(
  form: VendorForm,
  line: JsonObject,
): { readonly attributes: JsonObject; readonly changes: Change[] } {
  const changes: Change[] = [];
  const properties = line[form.attributes];
  const attributes = new Map<string, unknown>(isObject(properties) ? Object.entries(properties) : []);
  for (const [name, value] of Object.entries(line)) {
    if (isEmpty(value) || form.dropped.includes(name) || value === (isObject(properties) ? properties : undefined))
      continue;
    if (!attributes.has(name)) attributes.set(name, value);
    else if (JSON.stringify(attributes.get(name)) !== JSON.stringify(value)) changes.push('name_taken');
  }
  return { attributes: Object.fromEntries(attributes), changes };
}

/** Vendors write every field of theirs in every line. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !hasValue(value);
}
