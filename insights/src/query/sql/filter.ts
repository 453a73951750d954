/**
 * From a filter to a condition in SQL. SQL knows three truth values: what is missing makes a comparison unknown. A negated
 * condition is therefore written as a CASE, which is true when the condition is false or unknown.
 */
import type { AttributeCondition, DidCondition, Filter } from '../model/filter.ts';
import type { Range } from '../time/model.ts';
import { booleanIn, numberIn, pathOf, textIn } from './attribute-path.ts';
import type { Params } from './params.ts';
import { inRange } from './range.ts';

export interface FilterSql {
  readonly condition: string;
  /** What the condition needs joined. `user_id` is the column that they join on. */
  readonly joins: readonly string[];
}

export interface FilterOptions {
  readonly params: Params;
  /** The column with the user, such as `e.user_id`. */
  readonly user: string;
  /** The days before the end of the question's period, for `did`. */
  lastDays(days: number): Range;
}

export function compileFilters(filters: readonly (Filter | undefined)[], options: FilterOptions): FilterSql {
  const joins: string[] = [];
  const conditions = filters.flatMap((filter) =>
    filter === undefined ? [] : [compile(filter, { ...options, joins, isNegated: false })],
  );
  return { condition: conditions.map((condition) => `\n  AND ${condition}`).join(''), joins };
}

interface Context extends FilterOptions {
  readonly joins: string[];
  readonly isNegated: boolean;
}

/** Negation moves inwards to the conditions (De Morgan), because only there it can tell unknown from true. */
function compile(filter: Filter, context: Context): string {
  switch (filter.kind) {
    case 'not':
      return compile(filter.part, { ...context, isNegated: !context.isNegated });
    case 'and':
    case 'or': {
      const isAnd = (filter.kind === 'and') !== context.isNegated;
      return `(${filter.parts.map((part) => compile(part, context)).join(isAnd ? ' AND ' : ' OR ')})`;
    }
    case 'did':
      return `${joinDid(filter, context)}.user_id IS ${context.isNegated ? '' : 'NOT '}NULL`;
    default: {
      const condition = conditionOf(filter, context.params);
      return context.isNegated ? `CASE WHEN ${condition} THEN 0 ELSE 1 END = 1` : condition;
    }
  }
}

function conditionOf(condition: AttributeCondition, params: Params): string {
  const { attribute } = condition;
  switch (condition.kind) {
    case 'is':
      return isOneOf(condition, params);
    case 'contains':
      return `STRPOS(${textIn(attribute)}, ${params.text(condition.text)}) > 0`;
    case 'starts_with':
      return `STRPOS(${textIn(attribute)}, ${params.text(condition.text)}) = 1`;
    case 'compare':
      return `${numberIn(attribute)} ${condition.by} ${params.number(condition.number)}`;
    case 'between':
      return `${numberIn(attribute)} BETWEEN ${params.number(condition.from)} AND ${params.number(condition.to)}`;
    case 'is_set':
      return attribute.asNumber ? `${numberIn(attribute)} IS NOT NULL` : `JSON_TYPEOF(${pathOf(attribute)}) <> 'null'`;
  }
}

/** Values of one type share one comparison. */
function isOneOf({ attribute, values }: Extract<AttributeCondition, { readonly kind: 'is' }>, params: Params): string {
  const texts = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number');
  const booleans = values.filter((value) => typeof value === 'boolean');
  const parts = [
    ...(texts.length === 0 ? [] : [`${textIn(attribute)} IN (${texts.map(params.text).join(', ')})`]),
    ...(numbers.length === 0 ? [] : [`${numberIn(attribute)} IN (${numbers.map(params.number).join(', ')})`]),
    ...booleans.map((value) => `${booleanIn(attribute)} = ${value ? 'TRUE' : 'FALSE'}`),
  ];
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' OR ')})`;
}

/** A join instead of IN (SELECT ...), which may stand neither under OR nor in a CASE everywhere. Returns the alias. */
function joinDid(condition: DidCondition, context: Context): string {
  const { params, user, joins, lastDays } = context;
  const alias = `d${joins.length + 1}`;
  joins.push(`LEFT JOIN (
    SELECT user_id
    FROM dataloaf.events
    WHERE event_name = ${params.text(condition.event)}
      AND ${inRange('event_created', lastDays(condition.days), params)}
    GROUP BY user_id
    HAVING COUNT(*) >= ${condition.times}
  ) AS ${alias} ON ${alias}.user_id = ${user}`);
  return alias;
}
