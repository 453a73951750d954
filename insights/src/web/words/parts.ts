/** The name of one part of a breakdown. */
import type { Part } from '../../query/answer/part.ts';
import type { Attribute } from '../../query/model/attribute.ts';

/** `DE`, but `units 1` and `vip true`: a bare number says nothing. */
export function partName(part: Part, attribute: Attribute | undefined): string {
  switch (part.of) {
    case 'value':
      if (typeof part.value !== 'string') return `${attribute?.path.join('.') ?? ''} ${part.value}`.trim();
      return part.value === '' ? '(empty)' : part.value;
    case 'not_set':
      return '(not set)';
    case 'list':
      return '(a list)';
    case 'object':
      return '(an object)';
    case 'other':
      return 'Other';
  }
}
