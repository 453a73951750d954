/** A condition while a person edits it, and the way from the typed text to a condition. Pure. */
import type { KnownAttribute } from '../../../query/answer/attributes.ts';
import type { Attribute } from '../../../query/model/attribute.ts';
import type { Condition, Filter, Scalar } from '../../../query/model/filter.ts';
import { formatAttribute } from '../../../query/url/attribute.ts';
import { formatFilter, parseFilter } from '../../../query/url/filter.ts';
import type { Parsed } from '../../../query/url/params.ts';
import type { FlatCondition } from './flat-filter.ts';

/** In the order of the list; each with its words in the language of filters. */
export const OPERATORS = {
  is: 'is',
  'is not': 'is not',
  contains: 'contains',
  'not contains': 'does not contain',
  'starts with': 'starts with',
  '>': '>',
  '>=': '≥',
  '<': '<',
  '<=': '≤',
  between: 'is between',
  'is set': 'is set',
  'is not set': 'is not set',
} as const;
export type Operator = keyof typeof OPERATORS;

export interface ConditionDraft {
  readonly attribute: Attribute;
  readonly operator: Operator;
  /** What is compared with, as it was typed: `DE, FR`, `5`, `1 and 5`. */
  readonly operand: string;
}

export const needsOperand = (operator: Operator): boolean => operator !== 'is set' && operator !== 'is not set';

/**
 * Reads the draft with the parser of the URL. What that cannot read is one piece of text: `New York` needs no quotes here. A
 * number is text when all known values of the attribute are.
 */
export function readDraft({ attribute, operator, operand }: ConditionDraft, known?: KnownAttribute): Parsed<Filter> {
  const name = formatAttribute(attribute);
  const isNegated = operator === 'not contains';
  const words = isNegated ? 'contains' : operator;
  const text = (value: string): string => `${isNegated ? 'not ' : ''}${name} ${words} ${value}`.trim();
  if (!needsOperand(operator)) return parseFilter('filter', text(''));
  const typed = operand.trim();
  const asIs = parseFilter('filter', text(typed));
  const isText = ['is', 'is not', 'contains', 'not contains', 'starts with'].includes(operator);
  const isNumberOfText = asIs.ok && known !== undefined && !known.types.includes('number') && /^-?[\d.]+$/.test(typed);
  if (typed === '' || !isText || (asIs.ok && !isNumberOfText)) return asIs;
  return parseFilter('filter', text(JSON.stringify(typed)));
}

/** The draft of a condition that exists. Undefined for `did`. */
export function draftOf({ condition, isNegated }: FlatCondition): ConditionDraft | undefined {
  if (condition.kind === 'did') return undefined;
  const { attribute } = condition;
  return { attribute, operator: operatorOf(condition.kind, condition, isNegated), operand: operandOf(condition) };
}

function operatorOf(kind: Condition['kind'], condition: Condition, isNegated: boolean): Operator {
  if (condition.kind === 'compare') return condition.by;
  if (kind === 'is') return isNegated ? 'is not' : 'is';
  if (kind === 'is_set') return isNegated ? 'is not set' : 'is set';
  if (kind === 'contains') return isNegated ? 'not contains' : 'contains';
  return kind === 'between' ? 'between' : 'starts with';
}

function operandOf(condition: Condition): string {
  switch (condition.kind) {
    case 'is':
      return formatValues(condition.values);
    case 'contains':
    case 'starts_with':
      return condition.text;
    case 'compare':
      return String(condition.number);
    case 'between':
      return `${condition.from} and ${condition.to}`;
    case 'is_set':
    case 'did':
      return '';
  }
}

/** `DE, FR, "a, b", 5` */
export function formatValues(values: readonly Scalar[]): string {
  const attribute: Attribute = { of: 'event', path: ['x'], asNumber: false };
  return values.length === 0 ? '' : formatFilter({ kind: 'is', attribute, values }).slice('event.x is '.length);
}

/** Adds a value to the list, or takes it out. */
export function toggleValue(operand: string, value: Scalar): string {
  const parsed = parseFilter('filter', `event.x is ${operand}`);
  const values = parsed.ok && parsed.value.kind === 'is' ? parsed.value.values : [];
  return formatValues(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
}
