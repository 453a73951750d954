/**
 * The style of our SQL: only shapes that Redshift's guide documents, because nothing here runs on a real one. Each rule is a
 * shape that is silent in the guide, or that others have reported as refused. Checked over every statement of the product.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { STATEMENTS_PER_BATCH_MAX } from '@dataloaf/core/limits';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { READS, TRANSACTIONS } from './all-statements.ts';
import { FUNCTION_PAGES, NOT_FUNCTIONS } from './function-pages.ts';

const STATEMENTS: readonly Statement[] = [...Object.values(TRANSACTIONS).flat(), ...READS];
const texts = new Map(STATEMENTS.map((statement) => [statement.text, statement]));
const CASES = [...texts.values()].map((statement) => [statement.name, statement] as const);

/** The text without what is quoted. */
const bare = ({ text }: Statement): string =>
  text.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/"IAMR:[^"]*"/g, '"user"');

/** What is inside the parentheses after each occurrence of `head`. */
function insides(text: string, head: RegExp): readonly string[] {
  return [...text.matchAll(new RegExp(`${head.source}\\s*\\(`, 'g'))].map((match) => {
    const start = match.index + match[0].length;
    let depth = 1;
    let at = start;
    for (; depth > 0 && at < text.length; at += 1) depth += { '(': 1, ')': -1 }[text[at] ?? ''] ?? 0;
    return text.slice(start, at - 1);
  });
}

/** Each CASE ... END, the nested ones too. */
function cases(text: string): readonly string[] {
  const open: number[] = [];
  const found: string[] = [];
  for (const { 0: word, index } of text.matchAll(/\b(?:CASE|END)\b/g)) {
    if (word === 'CASE') open.push(index);
    else found.push(text.slice(open.pop(), index));
  }
  return found;
}

/** Expressions of type DECIMAL: the cast, and the columns that temporary tables have of it. */
const DECIMAL = /\bAS DECIMAL\b|\bNUMERIC\b|\bbase\b/;

describe.each(CASES)('%s', (_, statement) => {
  const text = bare(statement);

  it('calls only functions that have a page in the guide', () => {
    const called = [...text.matchAll(/\b([A-Za-z_][A-Za-z_0-9]*)\s*\(/g)]
      .map(([, word = '']) => word)
      .filter((word) => word === word.toUpperCase() && !NOT_FUNCTIONS.has(word));

    expect(called.filter((name) => FUNCTION_PAGES[name] === undefined)).toEqual([]);
  });

  it('unnests alone: one UNPIVOT, of what is not null, without another query beside it', () => {
    const count = text.match(/\bUNPIVOT\b/g)?.length ?? 0;
    if (count === 0) return;

    const [, alias, column] = /^FROM [\w.]+ AS (\w+), UNPIVOT \1\.(\w+) AS v AT k$/m.exec(text) ?? [];
    expect([count, text.match(/\bSELECT\b/g)?.length]).toEqual([1, 1]);
    expect(text).toContain(`${alias}.${column} IS NOT NULL`);
    expect(text).not.toMatch(/\bGROUP BY\b|\bJOIN\b|\bOVER\b/);
  });

  it('correlates NOT EXISTS by equality alone', () => {
    for (const inside of insides(text, /NOT EXISTS/)) {
      expect(inside).toMatch(
        /^\s*SELECT 1\s+FROM [\w.]+ AS \w+\s+WHERE \w+\.\w+ = \w+\.\w+(?:\s+AND \w+\.\w+ = \w+\.\w+)*\s*$/,
      );
    }
  });

  it('has no DECIMAL in a CASE, a COALESCE or a UNION', () => {
    for (const inside of [...cases(text), ...insides(text, /\b(?:COALESCE|NVL)/)]) expect(inside).not.toMatch(DECIMAL);
    if (/\bUNION\b/.test(text)) expect(text).not.toMatch(DECIMAL);
  });

  it('guards the argument of what can fail, in the argument itself', () => {
    for (const argument of insides(text, /\bSTRTOL/))
      expect(argument).toMatch(/^CASE WHEN \w+ ~ '' THEN [^']*(?:''[^']*)* END, 16$/);
    for (const argument of insides(text, /\bJSON_PARSE/)) expect(argument).toMatch(/^(?:''|n\.number|d\.document)$/);
    for (const cast of insides(text, /\bCAST/).filter(
      (inside) => !/ AS (?:VARCHAR\(\d+\)|SUPER)$/.test(inside.trim()),
    )) {
      expect(cast.trim()).toMatch(SAFE_CAST);
    }
    for (const [division] of text.matchAll(/[\w)]+ \/ [^,\n]{1,30}/g)) expect(division).toMatch(SAFE_DIVISION);
  });

  it('needs no seconds since 1970, no OR between a table and null, and no query without a FROM', () => {
    expect(text).not.toMatch(/\bEPOCH\b/);
    // GRANT reads nothing, and the guide calls DB_COLLATION so.
    if (/^GRANT\b|^SELECT DB_COLLATION\(\)/.test(text)) return;
    for (const [inside] of text.matchAll(/\bSELECT\b(?:(?!\bSELECT\b)[^;])*/g)) expect(inside).toMatch(/\bFROM\b/);
  });
});

/** Casts of numbers, of a null, of times that we wrote, and of SUPER, which become null instead of failing. */
const SAFE_CAST = new RegExp(
  [
    '^NULL AS TIMESTAMP$',
    // Parameters and literals that we wrote.
    '^(?::p\\d+|:range_\\w+) AS (?:TIMESTAMP|FLOAT8)$',
    "^'' AS TIMESTAMP$",
    // A path into SUPER, and text that its pattern has let through.
    '^[eu]\\.\\w+(?:\\."[^"]+")+ AS (?:FLOAT8|BOOLEAN)$',
    "^CASE WHEN CASE WHEN .* END ~ '' THEN CASE WHEN .* END END AS FLOAT8$",
    '^s\\.events AS FLOAT8$',
    "^CASE WHEN object_uri ~ '' THEN REPLACE\\(REPLACE\\(SUBSTRING\\(.*\\) END AS BIGINT$",
    '^STRTOL\\(.*\\) / 86400000 AS INTEGER$',
    '^FLOOR\\(EXTRACT\\(MINUTE FROM \\w+\\) / 15\\.0\\) AS INTEGER$',
    '^COALESCE\\(SUM\\(events\\), 0\\) AS BIGINT$',
    '^[ai]\\.value AS (?:FLOAT8|DECIMAL\\(38, 12\\))$',
    '^CASE\\s+WHEN a\\.value IS NULL THEN JSON_PARSE[\\s\\S]*END AS DECIMAL\\(38, 12\\)$',
    '^b\\.base \\+ SUM\\(CAST\\(i\\.value AS DECIMAL\\(38, 12\\)\\)\\) AS DECIMAL\\(38, 12\\)$',
  ].join('|'),
);
/** By a number that is not 0, or the guard, which fails on purpose. */
const SAFE_DIVISION = / \/ (?:86400000|15\.0|\(CASE WHEN COUNT)/;

describe.each(Object.entries(TRANSACTIONS))('the transaction %s', (_, statements) => {
  it('fits into one call, and has no parameters: AWS documents them only for single statements', () => {
    expect(statements.length).toBeLessThanOrEqual(STATEMENTS_PER_BATCH_MAX);
    for (const statement of statements) {
      expect(statement.params).toBeUndefined();
      expect(bare(statement)).not.toMatch(/(?<!:):[A-Za-z_]/);
    }
  });
});

/** The word of the clause that a position is in, outside of the subqueries that end before it. */
function clauseAt(text: string, position: number): string | undefined {
  let depth = 0;
  let clause: string | undefined;
  for (const { 0: token } of [
    ...text.slice(0, position).matchAll(/[()]|\b(?:SELECT|FROM|WHERE|ON|HAVING|BY|LIMIT)\b/g),
  ].toReversed()) {
    if (token === ')') depth += 1;
    else if (token === '(') depth -= 1;
    // Parentheses that are still open are around the position.
    else if (depth <= 0) clause ??= token;
  }
  return clause;
}

it.each(READS.map((read) => [read.name, read] as const))('the read %s has parameters only in conditions', (_, read) => {
  const text = bare(read);
  const params = [...text.matchAll(/(?<!:):(\w+)/g)];

  for (const { index } of params) expect(clauseAt(text, index)).toMatch(/^(?:WHERE|ON|HAVING)$/);
  expect([...new Set(params.map(([, name]) => name))].sort()).toEqual(Object.keys(read.params ?? {}).sort());
});

it('every file with statements is among them', () => {
  const folder = new URL('../../../src/warehouse/sql/', import.meta.url);
  const named = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\bname: '(\w+)',\n? *(?:\/\/.*\n *)*text:/g)].map(
      ([, name]) => name,
    ),
  );
  const known = new Set(STATEMENTS.map(({ name }) => name));

  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => name !== undefined && !known.has(name))).toEqual([]);
});
