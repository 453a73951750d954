/**
 * The plan of each statement of a load that reads or writes tables, on empty tables: EXPLAIN finds what the planner refuses,
 * without data. Each is a batch of its own, so that one failure hides no other. Pure.
 */
import { refreshCatalog } from '@dataloaf/core/warehouse/sql/attribute-catalog';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { type LoadStatementsOptions, loadStatements } from '../../load-statements.ts';
import { makeBatch } from '../../plan-batch.ts';
import { type Check, needed } from '../check.ts';

/** Nothing is copied: EXPLAIN needs only tables. */
const NOWHERE: LoadStatementsOptions = { bucket: 'none', roleArn: 'arn:aws:iam::000000000000:role/none' };

const load = (...streams: readonly ('events' | 'users')[]): readonly Statement[] => {
  const objects = streams.map((stream) => ({ bucket: 'none', key: `${stream}/none.gz`, stream, etag: 'e', bytes: 1 }));
  return loadStatements(makeBatch(objects, 0), NOWHERE);
};

const TRANSACTIONS: Readonly<Record<string, readonly Statement[]>> = {
  both: load('events', 'users'),
  events: load('events'),
  operations: load('users'),
  catalog: refreshCatalog(1),
};

const CREATE_TEMP = /^CREATE TEMP TABLE/;
const CREATE_TEMP_AS = /^CREATE TEMP TABLE \w+ AS\s+/;
const PLANNED = /^(?:SELECT|INSERT|UPDATE|DELETE)\b/;

/** What EXPLAIN takes of a statement; undefined for one without a plan. */
export function plannedText(text: string): string | undefined {
  const body = text.replace(CREATE_TEMP_AS, '');
  return PLANNED.test(body) ? body : undefined;
}

/** The temporary tables that the statement may read, then EXPLAIN of the statement. */
export function planOf(transaction: readonly Statement[], at: number): readonly Statement[] | undefined {
  const statement = transaction[at];
  const text = statement === undefined ? undefined : plannedText(statement.text);
  if (statement === undefined || text === undefined) return undefined;
  const tables = transaction.slice(0, at).filter((one) => CREATE_TEMP.test(one.text));
  return [...tables, { name: `explain_${statement.name}`, text: `EXPLAIN ${text}` }];
}

const planCheck = (name: string, statement: Statement, statements: readonly Statement[]): Check => ({
  kind: 'batch',
  id: `plan.${name}.${statement.name.replaceAll('_', '-')}`,
  asks: `the planner takes ${statement.name}`,
  expected: needed('succeeded'),
  shows: 'success',
  statements: () => statements,
});

function planChecks(): readonly Check[] {
  const seen = new Set<string>();
  return Object.entries(TRANSACTIONS).flatMap(([name, transaction]) =>
    transaction.flatMap((statement, at): readonly Check[] => {
      const statements = planOf(transaction, at);
      if (statements === undefined || seen.has(statement.text)) return [];
      seen.add(statement.text);
      return [planCheck(name, statement, statements)];
    }),
  );
}

export const PLAN_CHECKS: readonly Check[] = planChecks();
