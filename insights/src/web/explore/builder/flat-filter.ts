/** A filter as the builder shows it: one list of conditions, all of them or any of them. Other filters are edited as text. */
import { type Condition, type Filter, isCondition } from '../../../query/model/filter.ts';

export interface FlatCondition {
  readonly condition: Condition;
  readonly isNegated: boolean;
}

export interface FlatFilter {
  readonly join: 'and' | 'or';
  readonly conditions: readonly FlatCondition[];
}

/** Undefined when conditions are nested. */
export function flatten(filter: Filter | undefined): FlatFilter | undefined {
  if (filter === undefined) return { join: 'and', conditions: [] };
  if (filter.kind !== 'and' && filter.kind !== 'or') {
    const only = flatCondition(filter);
    return only === undefined ? undefined : { join: 'and', conditions: [only] };
  }
  const conditions = filter.parts.map(flatCondition);
  return conditions.every((one) => one !== undefined) ? { join: filter.kind, conditions } : undefined;
}

function flatCondition(filter: Filter): FlatCondition | undefined {
  const isNegated = filter.kind === 'not';
  const condition = isNegated ? filter.part : filter;
  return isCondition(condition) ? { condition, isNegated } : undefined;
}

export function unflatten({ join, conditions }: FlatFilter): Filter | undefined {
  const parts = conditions.map(
    ({ condition, isNegated }): Filter => (isNegated ? { kind: 'not', part: condition } : condition),
  );
  return parts.length < 2 ? parts[0] : { kind: join, parts };
}
