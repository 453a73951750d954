/** Every SQL text that the product sends, once. A file of tests, because only these may import all folders. */
import { READS, TRANSACTIONS } from '../../../../core/test/warehouse/sql/all-statements.ts';
import type { SqlText } from '../../../contract/parsers/judge-parser.ts';

const STATEMENTS = [...Object.values(TRANSACTIONS).flat(), ...READS];

export const ALL_SQL: readonly SqlText[] = [
  ...new Map(STATEMENTS.map(({ name, text }) => [text, { name, text }])).values(),
];
