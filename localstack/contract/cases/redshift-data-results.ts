/** Results of the Data API: types of fields, metadata, pages, limits. */
import { accepted, type Case, type Json, observeError } from '../case.ts';
import { type DataApiPorts, endOf, resultOf, run, submitBatch } from './redshift-data-ports.ts';

const API = 'Amazon Redshift Data API Reference';
const GUIDE = 'Amazon Redshift Management Guide';
const CONSIDERATIONS = `${GUIDE}, Considerations when calling the Amazon Redshift Data API`;

async function fieldsOf(ports: DataApiPorts, sql: string): Promise<Json> {
  const { Id = '' } = await run(ports, { Sql: sql });
  const { Records = [] } = await resultOf(ports, Id);
  return (Records[0] ?? []).map((field) => JSON.parse(JSON.stringify(field)));
}

export const RESULT_CASES: readonly Case<DataApiPorts>[] = [
  {
    id: 'redshift-data.field-types',
    rule: 'integers are longValue, floats doubleValue, booleans booleanValue, strings stringValue, NULL isNull',
    source: `${API}, Field`,
    expected: [
      { longValue: 7 },
      { longValue: 9_007_199_254_740_991 },
      { doubleValue: 1.5 },
      { booleanValue: true },
      { stringValue: 'text' },
      { isNull: true },
    ],
    observe: (ports) =>
      fieldsOf(
        ports,
        `SELECT 7 AS a, 9007199254740991::BIGINT AS b, 1.5::FLOAT8 AS c, TRUE AS d, 'text'::VARCHAR(9) AS e,
                NULL::VARCHAR AS f`,
      ),
  },
  {
    id: 'redshift-data.text-types',
    rule: 'numerics, dates and times are stringValue',
    source: `${API}, Field; ${GUIDE}, Data API data types`,
    expected: [{ stringValue: '12.50' }, { stringValue: '2026-11-24' }, { stringValue: '2026-11-24 10:00:00' }],
    observe: (ports) =>
      fieldsOf(
        ports,
        `SELECT 12.5::DECIMAL(10,2) AS a, '2026-11-24'::DATE AS b, '2026-11-24 10:00:00'::TIMESTAMP AS c`,
      ),
  },
  {
    id: 'redshift-data.super',
    rule: 'a SUPER value is JSON in a stringValue, and its type is super',
    source: `${GUIDE}, Considerations when calling the Amazon Redshift Data API; Database Developer Guide, SUPER type`,
    expected: { field: { stringValue: '{"a":[1,"b",null]}' }, type: 'super' },
    observe: async (ports) => {
      const { Id = '' } = await run(ports, { Sql: `SELECT JSON_PARSE('{"a": [1, "b", null]}') AS s` });
      const { Records = [], ColumnMetadata = [] } = await resultOf(ports, Id);
      return {
        field: JSON.parse(JSON.stringify(Records[0]?.[0] ?? null)),
        type: ColumnMetadata[0]?.typeName ?? null,
      };
    },
  },
  {
    id: 'redshift-data.column-metadata',
    rule: 'a result names its columns and their types, in order',
    source: `${API}, ColumnMetadata`,
    expected: [
      { name: 'n', type: 'int4', length: 0 },
      { name: 'word', type: 'varchar', length: 10 },
    ],
    observe: async (ports) => {
      const { Id = '' } = await run(ports, { Sql: `SELECT n, word FROM ${ports.table}` });
      const { ColumnMetadata = [] } = await resultOf(ports, Id);
      return ColumnMetadata.map(({ name = '', typeName = '', length = -1 }) => ({
        name,
        type: typeName,
        length: typeName === 'varchar' ? length : 0,
      }));
    },
  },
  {
    id: 'redshift-data.result-of-part',
    rule: 'a batch has one result per statement, fetched by its id and the number of the statement from 1',
    source: `${API}, GetStatementResult, Id`,
    expected: { first: 1, second: 2 },
    observe: async (ports) => {
      const id = await submitBatch(ports, ['SELECT 1 AS a', 'SELECT 2 AS a']);
      await endOf(ports, id);
      const answerOf = async (nth: number): Promise<Json> =>
        (await resultOf(ports, `${id}:${nth}`)).Records?.[0]?.[0]?.longValue ?? null;
      return { first: await answerOf(1), second: await answerOf(2) };
    },
  },
  {
    id: 'redshift-data.no-result',
    rule: 'a statement that returns no rows has no result to fetch',
    source: `${API}, GetStatementResult, Errors; DescribeStatement, HasResultSet`,
    expected: { hasResult: false, fetched: { status: 400, code: 'ResourceNotFoundException' } },
    observe: async (ports) => {
      const { Id = '', HasResultSet } = await run(ports, { Sql: `DELETE FROM ${ports.table}` });
      return {
        hasResult: HasResultSet ?? null,
        fetched: await accepted(resultOf(ports, Id)).catch(observeError),
      };
    },
  },
  {
    id: 'redshift-data.row-limit',
    rule: 'a row of a result has at most 64 KB; a statement with a larger row does not end as FINISHED',
    source: CONSIDERATIONS,
    expected: { most: 'FINISHED', isMoreFinished: false },
    observe: async (ports) => {
      const ofBytes = (bytes: number): string => `SELECT RPAD('x', ${bytes}, 'x') AS a, 'yy' AS b`;
      return {
        most: (await run(ports, { Sql: ofBytes(60_000) })).Status ?? null,
        isMoreFinished: (await run(ports, { Sql: ofBytes(65_535) })).Status === 'FINISHED',
      };
    },
  },
];
