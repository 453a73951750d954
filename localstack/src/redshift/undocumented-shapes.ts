/**
 * Refuses shapes that Postgres takes and on which Redshift's guide is silent, or stricter: what would fail only on AWS has to
 * fail here. Each has its source in the message or beside it.
 */
import { notEmulated, notRedshift } from './redshift-error.ts';
import { closing, isSymbol, isWord, type Tokens, upper } from './tokens.ts';

/** @throws RedshiftSqlError */
export function assertDocumentedShapes(tokens: Tokens): void {
  for (const [at, token] of tokens.entries()) SHAPES[upper(token)]?.(tokens, at);
}

type Check = (tokens: Tokens, at: number) => void;

const SHAPES: Readonly<Record<string, Check>> = {
  EXISTS: (tokens, at) => {
    if (isWord(tokens[at - 1], 'NOT') && isSymbol(tokens[at + 1], '(')) assertSimpleCorrelation(inside(tokens, at + 1));
  },
  CASE: (tokens, at) => {
    for (const result of resultsOfCase(tokens, at)) refuseDecimal(result, 'CASE');
  },
  COALESCE: (tokens, at) => refuseDecimal(inside(tokens, at + 1), 'COALESCE'),
  NVL: (tokens, at) => refuseDecimal(inside(tokens, at + 1), 'NVL'),
  UNION: (tokens) => refuseDecimal(tokens, 'UNION'),
};

const inside = (tokens: Tokens, open: number): Tokens =>
  isSymbol(tokens[open], '(') ? tokens.slice(open + 1, closing(tokens, open)) : [];

/** Redshift decorrelates only what it knows; for other shapes public reports quote an internal error (XX000). */
function assertSimpleCorrelation(query: Tokens): void {
  if (query.some((token) => isWord(token, 'OR'))) {
    throw notRedshift('OR inside NOT EXISTS: this type of correlated subquery pattern');
  }
}

/** What follows THEN and ELSE of the CASE at `start`. What its conditions compare keeps its precision. */
function resultsOfCase(tokens: Tokens, start: number): readonly Tokens[] {
  const marks = marksOfCase(tokens, start);
  return marks.flatMap((mark, nth) =>
    isWord(tokens[mark], 'THEN', 'ELSE') ? [tokens.slice(mark + 1, marks[nth + 1])] : [],
  );
}

/** The words that divide the CASE at `start`, without those of a CASE inside it. */
function marksOfCase(tokens: Tokens, start: number): readonly number[] {
  const marks: number[] = [];
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    if (isWord(tokens[at], 'CASE')) depth += 1;
    if (depth === 1 && isWord(tokens[at], 'WHEN', 'THEN', 'ELSE', 'END')) marks.push(at);
    if (isWord(tokens[at], 'END')) depth -= 1;
    if (depth === 0) break;
  }
  return marks;
}

/** The guide gives DECIMAL results of UNION, COALESCE and such functions at most 19 digits; more would overflow. */
function refuseDecimal(tokens: Tokens, where: string): void {
  const isCast = (at: number): boolean => isWord(tokens[at - 1], 'AS') || isSymbol(tokens[at - 1], '::');
  if (tokens.some((token, at) => isWord(token, 'DECIMAL', 'NUMERIC') && isCast(at))) {
    throw notEmulated(`DECIMAL in ${where}, where Redshift may keep only 19 digits: put one cast around it`);
  }
}
