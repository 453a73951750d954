/** The contract of the Redshift Data API: immediate refusals, ends of statements, lists. */
import { randomUUID } from 'node:crypto';
import { CancelStatementCommand, DescribeStatementCommand, ListStatementsCommand } from '@aws-sdk/client-redshift-data';
import { accepted, type Case, observeError, suite } from '../case.ts';
import { COPY_CASES } from './redshift-data-copy.ts';
import {
  type DataApiPorts,
  emptyTable,
  endOf,
  openDataApi,
  resultOf,
  run,
  submit,
  submitBatch,
  valuesOf,
} from './redshift-data-ports.ts';
import { RESULT_CASES } from './redshift-data-results.ts';

const API = 'Amazon Redshift Data API Reference';
const GUIDE = 'Amazon Redshift Management Guide';
const CONSIDERATIONS = `${GUIDE}, Considerations when calling the Amazon Redshift Data API`;
const INVALID = { status: 400, code: 'ValidationException' };
const NOT_FOUND = { status: 400, code: 'ResourceNotFoundException' };
const ABSENT_ID = '00000000-0000-4000-8000-000000000000';

const insert = ({ table }: DataApiPorts, n: number): string => `INSERT INTO ${table} (n) SELECT ${n}`;

const describe = ({ client }: DataApiPorts, id: string) => client.send(new DescribeStatementCommand({ Id: id }));

const CASES: readonly Case<DataApiPorts>[] = [
  {
    id: 'redshift-data.asynchronous',
    rule: 'the call only accepts a statement, which later ends as FINISHED',
    source: `${GUIDE}, Using the Amazon Redshift Data API; ${API}, DescribeStatement`,
    expected: { status: 'FINISHED', rows: 1, hasResult: true },
    observe: async (ports) => {
      const { Status, ResultRows, HasResultSet } = await run(ports, { Sql: 'SELECT 1 AS one' });
      return { status: Status ?? null, rows: ResultRows ?? null, hasResult: HasResultSet ?? null };
    },
  },
  {
    id: 'redshift-data.failure',
    rule: 'a statement that the warehouse refuses is accepted, and ends as FAILED with its error',
    source: `${API}, DescribeStatement, Error and Status`,
    expected: { status: 'FAILED', error: true },
    observe: async (ports) => {
      const { Status, Error: error = '' } = await run(ports, { Sql: 'SELECT n FROM absent_table' });
      return { status: Status ?? null, error: error.includes('absent_table') };
    },
  },
  {
    id: 'redshift-data.single-statement',
    rule: 'ExecuteStatement runs a single statement, not two',
    source: `${API}, ExecuteStatement`,
    expected: 'not run',
    observe: async (ports) => {
      const end = await run(ports, { Sql: 'SELECT 1 AS a; SELECT 2 AS b' }).catch(() => undefined);
      return end?.Status === 'FINISHED' ? 'run' : 'not run';
    },
  },
  {
    id: 'redshift-data.statement-limit',
    rule: 'a statement has at most 100 KB',
    source: CONSIDERATIONS,
    expected: { most: 'FINISHED', more: INVALID },
    observe: async (ports) => {
      const ofLength = (bytes: number): string => `SELECT 1 AS a --${'x'.repeat(bytes - 16)}`;
      return {
        most: (await run(ports, { Sql: ofLength(100 * 1_000) })).Status ?? null,
        more: await accepted(submit(ports, { Sql: ofLength(100 * 1_024 + 1) })).catch(observeError),
      };
    },
  },
  {
    id: 'redshift-data.batch-limit',
    rule: 'a batch has 1 to 40 statements',
    source: `${API}, BatchExecuteStatement, Sqls`,
    expected: { none: INVALID, most: 'FINISHED', more: INVALID },
    observe: async (ports) => {
      const many = (count: number): string[] => Array.from({ length: count }, () => 'SELECT 1 AS a');
      return {
        none: await accepted(submitBatch(ports, [])).catch(observeError),
        most: (await endOf(ports, await submitBatch(ports, many(40)))).Status ?? null,
        more: await accepted(submitBatch(ports, many(41))).catch(observeError),
      };
    },
  },
  {
    id: 'redshift-data.batch-transaction',
    rule: 'a batch is one transaction: when one statement fails, none has an effect',
    source: `${API}, BatchExecuteStatement, Sqls and ExecutionMode`,
    expected: { status: 'FAILED', parts: ['FINISHED', 'FAILED', 'ABORTED'], rows: [] },
    observe: async (ports) => {
      await emptyTable(ports);
      const sqls = [insert(ports, 1), 'SELECT n FROM absent_table', insert(ports, 2)];
      const end = await endOf(ports, await submitBatch(ports, sqls));
      const parts = (end.SubStatements ?? []).map(({ Status = '' }) => Status);
      return { status: end.Status ?? null, parts, rows: await valuesOf(ports) };
    },
  },
  {
    id: 'redshift-data.batch-auto-commit',
    rule: 'with AUTO_COMMIT each statement commits separately',
    source: `${API}, BatchExecuteStatement, ExecutionMode`,
    expected: { rows: [1, 2] },
    observe: async (ports) => {
      await emptyTable(ports);
      const sqls = [insert(ports, 1), 'SELECT n FROM absent_table', insert(ports, 2)];
      await endOf(ports, await submitBatch(ports, sqls, { ExecutionMode: 'AUTO_COMMIT' }));
      return { rows: await valuesOf(ports) };
    },
  },
  {
    id: 'redshift-data.client-token',
    rule: 'the same ClientToken identifies the same statement, which runs once, under one id',
    source: `${API}, ExecuteStatement, ClientToken`,
    expected: { ids: 1, rows: [7] },
    observe: async (ports) => {
      await emptyTable(ports);
      const ClientToken = randomUUID();
      const first = await submit(ports, { Sql: insert(ports, 7), ClientToken });
      await endOf(ports, first);
      const second = await submit(ports, { Sql: insert(ports, 7), ClientToken });
      await endOf(ports, second);
      return { ids: new Set([first, second]).size, rows: await valuesOf(ports) };
    },
  },
  {
    id: 'redshift-data.parameters',
    rule: 'a parameter is bound by its name, as a string',
    source: `${GUIDE}, Using parameterized SQL statements with the Data API`,
    expected: "it's :name",
    observe: async (ports) => {
      const Parameters = [{ name: 'word', value: "it's :name" }];
      const { Id = '' } = await run(ports, { Sql: 'SELECT :word::VARCHAR AS word', Parameters });
      return (await resultOf(ports, Id)).Records?.[0]?.[0]?.stringValue ?? null;
    },
  },
  {
    id: 'redshift-data.parameter-rules',
    rule: 'a parameter without a value, an unused parameter and a missing parameter are refused',
    source: `${GUIDE}, Using parameterized SQL statements with the Data API; ${API}, BatchExecuteStatement, Parameters`,
    expected: { missing: INVALID, unused: INVALID, empty: INVALID },
    observe: async (ports) => {
      const Sql = 'SELECT :a::VARCHAR AS a';
      const a = { name: 'a', value: '1' };
      return {
        missing: await accepted(submit(ports, { Sql, Parameters: [{ name: 'b', value: '1' }] })).catch(observeError),
        unused: await accepted(submit(ports, { Sql, Parameters: [a, { name: 'b', value: '1' }] })).catch(observeError),
        empty: await accepted(submit(ports, { Sql, Parameters: [{ name: 'a', value: '' }] })).catch(observeError),
      };
    },
  },
  {
    id: 'redshift-data.unknown-id',
    rule: 'an unknown id fails with ResourceNotFoundException, an invalid id with ValidationException',
    source: `${API}, DescribeStatement, Id and Errors`,
    expected: { absent: NOT_FOUND, noId: INVALID },
    observe: async (ports) => ({
      absent: await accepted(describe(ports, ABSENT_ID)).catch(observeError),
      noId: await accepted(describe(ports, 'no-id')).catch(observeError),
    }),
  },
  {
    id: 'redshift-data.wait-limit',
    rule: 'WaitTimeSeconds is 1 to 30',
    source: `${API}, DescribeStatement, WaitTimeSeconds`,
    expected: { zero: INVALID, most: 'accepted', more: INVALID },
    observe: async (ports) => {
      const { Id = '' } = await run(ports, { Sql: 'SELECT 1 AS a' });
      const wait = (seconds: number): Promise<unknown> =>
        ports.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: seconds }));
      return {
        zero: await accepted(wait(0)).catch(observeError),
        most: await accepted(wait(30)).catch(observeError),
        more: await accepted(wait(31)).catch(observeError),
      };
    },
  },
  {
    id: 'redshift-data.cancel-ended',
    rule: 'only a running statement can be cancelled',
    source: `${API}, CancelStatement`,
    expected: INVALID,
    observe: async (ports) => {
      const { Id = '' } = await run(ports, { Sql: 'SELECT 1 AS a' });
      return accepted(ports.client.send(new CancelStatementCommand({ Id })));
    },
  },
  {
    id: 'redshift-data.statement-name',
    rule: 'a statement name has at most 2,048 characters',
    source: `${API}, ExecuteStatement, StatementName`,
    expected: { most: 'accepted', more: INVALID },
    observe: async (ports) => {
      const named = (length: number) => submit(ports, { Sql: 'SELECT 1 AS a', StatementName: 'n'.repeat(length) });
      return { most: await accepted(named(2_048)), more: await accepted(named(2_049)).catch(observeError) };
    },
  },
  {
    id: 'redshift-data.list',
    rule: 'a list is filtered by the start of the name and by status; the default status is FINISHED',
    source: `${API}, ListStatements, StatementName and Status`,
    expected: { default: ['good'], failed: ['bad'], all: ['bad', 'good'] },
    observe: async (ports) => {
      const prefix = `list-${randomUUID()}-`;
      await run(ports, { Sql: 'SELECT 1 AS a', StatementName: `${prefix}good` });
      await run(ports, { Sql: 'SELECT n FROM absent_table', StatementName: `${prefix}bad` });
      const namesOf = async (Status?: 'ALL' | 'FAILED'): Promise<string[]> => {
        const input = { StatementName: prefix, ...(Status === undefined ? {} : { Status }) };
        const { Statements = [] } = await ports.client.send(new ListStatementsCommand(input));
        return Statements.map(({ StatementName = '' }) => StatementName.slice(prefix.length)).sort();
      };
      return { default: await namesOf(), failed: await namesOf('FAILED'), all: await namesOf('ALL') };
    },
  },
  {
    id: 'redshift-data.list-place',
    rule: 'a list can be limited to a workgroup and a database',
    source: `${API}, ListStatements, WorkgroupName and Database`,
    expected: { here: 1, otherWorkgroup: 0, otherDatabase: 0 },
    observe: async (ports) => {
      const StatementName = `place-${randomUUID()}`;
      await run(ports, { Sql: 'SELECT 1 AS a', StatementName });
      const count = async (where: object): Promise<number> => {
        const input = { StatementName, ...ports.where, ...where };
        return (await ports.client.send(new ListStatementsCommand(input))).Statements?.length ?? 0;
      };
      return {
        here: await count({}),
        otherWorkgroup: await count({ WorkgroupName: 'other' }),
        otherDatabase: await count({ Database: 'other' }),
      };
    },
  },
  {
    id: 'redshift-data.list-limit',
    rule: 'a page of a list has at most 100 statements and a token for the next page',
    source: `${API}, ListStatements, MaxResults and NextToken`,
    expected: { more: INVALID, first: 1, second: 1, isSame: false },
    observe: async (ports) => {
      const prefix = `page-${randomUUID()}-`;
      for (const name of ['a', 'b']) await run(ports, { Sql: 'SELECT 1 AS a', StatementName: `${prefix}${name}` });
      const page = (MaxResults: number, NextToken?: string) =>
        ports.client.send(
          new ListStatementsCommand({
            StatementName: prefix,
            MaxResults,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        );
      const first = await page(1);
      const second = await page(1, first.NextToken);
      return {
        more: await accepted(page(101)).catch(observeError),
        first: first.Statements?.length ?? null,
        second: second.Statements?.length ?? null,
        isSame: first.Statements?.[0]?.Id === second.Statements?.[0]?.Id,
      };
    },
  },
];

export const REDSHIFT_DATA_SUITE = suite('redshift-data', openDataApi, [...CASES, ...RESULT_CASES, ...COPY_CASES]);
