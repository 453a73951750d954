/** The URL form of a formula over the series: `A / B * 100`, `(A + B) / 2`. */
import type { Formula, Operator } from '../model/formula.ts';
import { SERIES_MAX } from '../model/limits.ts';
import { seriesId } from '../model/trend.ts';
import { type Cursor, parseText } from './cursor.ts';
import type { Parsed } from './params.ts';

/** Levels of parentheses and signs (our choice). */
const DEPTH_MAX = 10;
/** Operations of one formula (our choice). */
const OPERATIONS_MAX = 30;
const IDS = Array.from({ length: SERIES_MAX }, (_, index) => seriesId(index));
const PRECEDENCE: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2 };

/** `count` is the number of series. */
export function parseFormula(text: string, count: number): Parsed<Formula> {
  return parseText('formula', text, (cursor) => readSum({ cursor, count, operations: { left: OPERATIONS_MAX } }, 0));
}

interface Reader {
  readonly cursor: Cursor;
  readonly count: number;
  readonly operations: { left: number };
}

const readSum = (reader: Reader, depth: number): Formula =>
  readChain(reader, ['+', '-'], () => readChain(reader, ['*', '/'], () => readOperand(reader, depth)));

function readChain({ cursor, operations }: Reader, operators: readonly Operator[], read: () => Formula): Formula {
  let left = read();
  for (;;) {
    const by = operators.find((operator) => cursor.symbol(operator));
    if (by === undefined) return left;
    operations.left -= 1;
    if (operations.left < 0) cursor.fail(`at most ${OPERATIONS_MAX} operations`);
    left = { kind: 'operation', by, left, right: read() };
  }
}

function readOperand(reader: Reader, depth: number): Formula {
  const { cursor, count } = reader;
  if (depth > DEPTH_MAX) cursor.fail(`at most ${DEPTH_MAX} levels of parentheses`);
  if (cursor.symbol('(')) {
    const inner = readSum(reader, depth + 1);
    cursor.expectSymbol(')');
    return inner;
  }
  if (cursor.symbol('-')) return { kind: 'negative', of: readOperand(reader, depth + 1) };
  const value = cursor.number();
  if (value !== undefined) return { kind: 'number', value };
  const index = IDS.slice(0, count).findIndex((id) => cursor.word(id));
  if (index < 0) cursor.fail(`a number, "(" or one of the series ${IDS.slice(0, count).join(', ')}`);
  return { kind: 'series', index };
}

export function formatFormula(formula: Formula): string {
  switch (formula.kind) {
    case 'number':
      return String(formula.value);
    case 'series':
      return seriesId(formula.index);
    case 'negative':
      return `-${formula.of.kind === 'operation' ? `(${formatFormula(formula.of)})` : formatFormula(formula.of)}`;
    case 'operation': {
      const { by, left, right } = formula;
      return `${operand(left, PRECEDENCE[by])} ${by} ${operand(right, PRECEDENCE[by] + 1)}`;
    }
  }
}

/** In parentheses when it binds more loosely than its place needs. */
const operand = (formula: Formula, precedence: number): string =>
  formula.kind === 'operation' && PRECEDENCE[formula.by] < precedence
    ? `(${formatFormula(formula)})`
    : formatFormula(formula);
