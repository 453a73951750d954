/** Takes one query of any kind through its steps (`query/kind.ts`) and runs the statements between them. */
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import type { AsOf, QueryKind } from '../query/kind.ts';

export interface RunQueryPorts {
  readonly read: (statement: Statement) => Promise<readonly Row[]>;
  readonly asOf: AsOf;
}

/** @throws RequestError, WarehouseError */
export async function runQuery<Query, Question, Answer>(
  kind: QueryKind<Query, Question, Answer>,
  query: Query,
  { read, asOf }: RunQueryPorts,
): Promise<Answer> {
  const readAll = (statements: readonly Statement[]) => Promise.all(statements.map(read));
  const prepared = await readAll(kind.prepare(query));
  const question = kind.settle(query, prepared, asOf.now);
  const results = await readAll(kind.compile(question));
  return kind.answer(question, results, asOf);
}
