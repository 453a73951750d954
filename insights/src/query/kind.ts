/**
 * The steps that every kind of question goes through, all of them pure:
 *
 *   query string -> parse -> query -> prepare -> statements -> settle -> question -> compile -> statements -> answer
 *
 * The server runs the statements between the steps (`server/run-query.ts`). Methods, not function properties: TypeScript
 * compares their parameters both ways, so that `kinds.ts` can hold kinds of different queries in one table.
 */
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import type { Parsed } from './url/params.ts';

/** The rows of several statements, in the order of the statements. */
type Results = readonly (readonly Row[])[];

export interface QueryKind<Query, Question, Answer> {
  /** A valid query string, for the hint of an error. */
  readonly example: string;
  /** Parses a query string, with or without its question mark. */
  parse(search: string): Parsed<Query>;
  /** Statements whose rows `settle` needs, such as the extent of the data. */
  prepare(query: Query): readonly Statement[];
  /** Replaces whatever the query leaves open by what it means now. @throws WarehouseError for an unexpected row */
  settle(query: Query, prepared: Results, now: number): Question;
  /** The statements of the question itself. They run at the same time. */
  compile(question: Question): readonly Statement[];
  /** What the route returns as JSON. @throws WarehouseError for an unexpected row */
  answer(question: Question, results: Results, asOf: AsOf): Answer;
}

/** When a question was asked, and how much was loaded by then. */
export interface AsOf {
  /** UTC milliseconds. */
  readonly now: number;
  /** Everything that arrived before this instant is loaded, UTC milliseconds; undefined when that is not known. */
  readonly completeTo: number | undefined;
  /** The newest load; undefined when it is not known. */
  readonly loadId: number | undefined;
}
