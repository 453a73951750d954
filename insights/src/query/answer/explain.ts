/** How a question was counted: what `GET /api/explain` returns. */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';

export interface ExplainAnswer {
  /** The newest load when the question was asked; null when that is not known. */
  readonly load_id: number | null;
  /** Everything that arrived before this instant is counted; null when that is not known. */
  readonly loaded_up_to: string | null;
  /** In the order in which they were sent. */
  readonly statements: readonly ExplainedStatement[];
}

export interface ExplainedStatement {
  readonly name: string;
  /** The tables that it reads. */
  readonly tables: readonly string[];
  /** Redshift SQL, with `:name` for each parameter. */
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
  /** Rows that it returned, not rows that it read. */
  readonly rows: number;
  /** How long the warehouse took, with the way there and back. A statement in the cache keeps the time of its run. */
  readonly ms: number | null;
}

export const explainStatement = (
  { name, text, params = {} }: Statement,
  { rows, ms }: { readonly rows: number; readonly ms: number | undefined },
): ExplainedStatement => ({ name, tables: tablesOf(text), sql: text, params, rows, ms: ms ?? null });

const tablesOf = (sql: string): readonly string[] => [
  ...new Set([...sql.matchAll(/\bdataloaf\.(\w+)/g)].map(([, table = '']) => table)),
];
