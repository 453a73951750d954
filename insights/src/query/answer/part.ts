/** One part of a breakdown, from the label that SQL gives it (`sql/attribute-path.ts`). */
import type { Scalar } from '../model/filter.ts';
import { NOT_SET } from '../sql/measured-rows.ts';
import { OTHER } from '../sql/trend.ts';

export type Part =
  | { readonly of: 'value'; readonly value: Scalar }
  /** Missing or null. */
  | { readonly of: 'not_set' }
  | { readonly of: 'list' | 'object' }
  /** All values that are not shown by themselves. */
  | { readonly of: 'other' };

export function partOf(label: string): Part {
  switch (label) {
    case NOT_SET:
      return { of: 'not_set' };
    case OTHER:
      return { of: 'other' };
    case 'list':
    case 'object':
      return { of: label };
    case 'true':
    case 'false':
      return { of: 'value', value: label === 'true' };
    default:
      return { of: 'value', value: label.startsWith('n') ? Number(label.slice(1)) : label.slice(1) };
  }
}
