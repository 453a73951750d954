/**
 * The URL form of a filter, for example
 *   event.country is DE, FR and not (event.total >= 10 or user.plan is set)
 *   user.email contains "@example.com" and did purchase at least 3 times in 30 days
 * `and` binds before `or`. Values are text, numbers, true and false. For every filter `f`, parsing its text returns `f`.
 */
import type { Attribute } from '../model/attribute.ts';
import {
  type AttributeCondition,
  COMPARISONS,
  CONDITIONS_MAX,
  conditionsOf,
  DEPTH_MAX,
  DID_DAYS_MAX,
  DID_TIMES_MAX,
  type DidCondition,
  type Filter,
  type Scalar,
  VALUES_MAX,
} from '../model/filter.ts';
import { formatAttribute, readAttribute } from './attribute.ts';
import { type Cursor, formatName, parseText } from './cursor.ts';
import { type Parsed, refuse } from './params.ts';

export function parseFilter(what: string, text: string): Parsed<Filter> {
  const parsed = parseText(what, text, (cursor) => readOr(cursor, 0));
  if (!parsed.ok || conditionsOf(parsed.value).length <= CONDITIONS_MAX) return parsed;
  return refuse(`Expected at most ${CONDITIONS_MAX} conditions in "${what}".`);
}

const readOr = (cursor: Cursor, depth: number): Filter => readParts('or', cursor, () => readAnd(cursor, depth));
const readAnd = (cursor: Cursor, depth: number): Filter => readParts('and', cursor, () => readUnary(cursor, depth));

function readParts(kind: 'and' | 'or', cursor: Cursor, read: () => Filter): Filter {
  const first = read();
  const parts = [first];
  while (cursor.word(kind)) parts.push(read());
  return parts.length === 1 ? first : { kind, parts };
}

function readUnary(cursor: Cursor, depth: number): Filter {
  if (depth > DEPTH_MAX) cursor.fail(`at most ${DEPTH_MAX} levels of parentheses and not`);
  if (cursor.word('not')) return { kind: 'not', part: readUnary(cursor, depth + 1) };
  if (!cursor.symbol('(')) return readCondition(cursor);
  const filter = readOr(cursor, depth + 1);
  cursor.expectSymbol(')');
  return filter;
}

function readCondition(cursor: Cursor): Filter {
  if (cursor.word('did')) return readDid(cursor);
  const attribute = readAttribute(cursor);
  const condition = readAbout(attribute, cursor);
  return attribute.asNumber ? assertOfNumbers(condition, cursor) : condition;
}

/** After the attribute. */
function readAbout(attribute: Attribute, cursor: Cursor): Filter {
  if (cursor.words('is', 'not', 'set')) return { kind: 'not', part: { kind: 'is_set', attribute } };
  if (cursor.words('is', 'set')) return { kind: 'is_set', attribute };
  if (cursor.words('is', 'not')) return { kind: 'not', part: { kind: 'is', attribute, values: readValues(cursor) } };
  if (cursor.word('is')) return { kind: 'is', attribute, values: readValues(cursor) };
  if (cursor.word('contains')) return { kind: 'contains', attribute, text: readText(cursor) };
  if (cursor.words('starts', 'with')) return { kind: 'starts_with', attribute, text: readText(cursor) };
  if (cursor.word('between')) {
    const from = cursor.expectNumber();
    cursor.expectWords('and');
    return { kind: 'between', attribute, from, to: cursor.expectNumber() };
  }
  const by = COMPARISONS.find((symbol) => cursor.symbol(symbol));
  if (by === undefined)
    cursor.fail(`is, is not, is set, contains, starts with, between, or one of ${COMPARISONS.join(' ')}`);
  return { kind: 'compare', attribute, by, number: cursor.expectNumber() };
}

/** `number(event.zip) is "5"` could never be true. */
function assertOfNumbers(filter: Filter, cursor: Cursor): Filter {
  for (const condition of conditionsOf(filter)) {
    const isOfText =
      condition.kind === 'contains' ||
      condition.kind === 'starts_with' ||
      (condition.kind === 'is' && condition.values.some((value) => typeof value !== 'number'));
    if (isOfText) cursor.fail('numbers to compare number(...) with before this');
  }
  return filter;
}

/** After `did`. */
function readDid(cursor: Cursor): DidCondition {
  const event = cursor.name() ?? cursor.fail('the name of an event');
  if (event === '') cursor.fail('the name of an event before this');
  let times = 1;
  if (cursor.words('at', 'least')) {
    times = cursor.expectInteger(1, DID_TIMES_MAX);
    cursor.expectWords('times');
  }
  cursor.expectWords('in');
  const days = cursor.expectInteger(1, DID_DAYS_MAX);
  cursor.expectWords('days');
  return { kind: 'did', event, times, days };
}

function readValues(cursor: Cursor): readonly Scalar[] {
  const values = [readValue(cursor)];
  while (cursor.symbol(',')) values.push(readValue(cursor));
  if (values.length > VALUES_MAX) cursor.fail(`at most ${VALUES_MAX} values in a list`);
  return values;
}

function readValue(cursor: Cursor): Scalar {
  if (cursor.word('true')) return true;
  if (cursor.word('false')) return false;
  return cursor.number() ?? cursor.name() ?? cursor.fail('a value: text in quotes, a number, true or false');
}

const readText = (cursor: Cursor): string => {
  const text = cursor.name() ?? cursor.fail('text in quotes');
  return text === '' ? cursor.fail('text that is not empty before this') : text;
};

export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'or':
      return filter.parts.map((part) => formatPart(part, ['or'])).join(' or ');
    case 'and':
      return filter.parts.map((part) => formatPart(part, ['or', 'and'])).join(' and ');
    case 'not':
      return formatNot(filter.part);
    case 'did':
      return formatDid(filter);
    default:
      return formatCondition(filter);
  }
}

const formatPart = (part: Filter, inParentheses: readonly Filter['kind'][]): string =>
  inParentheses.includes(part.kind) ? `(${formatFilter(part)})` : formatFilter(part);

function formatNot(part: Filter): string {
  if (part.kind === 'is_set') return `${formatAttribute(part.attribute)} is not set`;
  if (part.kind === 'is') return `${formatAttribute(part.attribute)} is not ${part.values.map(formatValue).join(', ')}`;
  return `not ${formatPart(part, ['or', 'and'])}`;
}

function formatDid({ event, times, days }: DidCondition): string {
  return `did ${formatName(event)}${times === 1 ? '' : ` at least ${times} times`} in ${days} days`;
}

function formatCondition(condition: AttributeCondition): string {
  const attribute = formatAttribute(condition.attribute);
  switch (condition.kind) {
    case 'is':
      return `${attribute} is ${condition.values.map(formatValue).join(', ')}`;
    case 'contains':
      return `${attribute} contains ${formatName(condition.text)}`;
    case 'starts_with':
      return `${attribute} starts with ${formatName(condition.text)}`;
    case 'compare':
      return `${attribute} ${condition.by} ${condition.number}`;
    case 'between':
      return `${attribute} between ${condition.from} and ${condition.to}`;
    case 'is_set':
      return `${attribute} is set`;
  }
}

const formatValue = (value: Scalar): string => (typeof value === 'string' ? formatName(value) : String(value));
