import { WarehouseError } from '@dataloaf/core/errors';
import { RESULT_PAGES_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import type { Statement } from '../../src/warehouse/warehouse.ts';
import { anApi, named } from './an-api.ts';

const SELECT: Statement = { name: 'count', text: 'SELECT :x', params: { x: '1' } };
const LOAD: readonly Statement[] = [
  { name: 'first', text: 'SELECT 1' },
  { name: 'second', text: 'SELECT :x', params: { x: '2' } },
];

describe('a query', () => {
  it('returns the rows of all pages, columns by name', async () => {
    const { warehouse } = anApi({
      ExecuteStatement: [{ Id: 'q' }],
      DescribeStatement: [{ Status: 'FINISHED' }],
      GetStatementResult: [
        {
          ColumnMetadata: [{ name: 'n' }, { name: 'v' }],
          Records: [[{ longValue: 1 }, { isNull: true }]],
          NextToken: 't',
        },
        { ColumnMetadata: [{ name: 'n' }, { name: 'v' }], Records: [[{ longValue: 2 }, { stringValue: '' }]] },
      ],
    });

    expect(await warehouse.query(SELECT)).toEqual([
      { n: 1, v: null },
      { n: 2, v: '' },
    ]);
  });

  it('that fails names itself and the reason', async () => {
    const { warehouse } = anApi({ DescribeStatement: [{ Status: 'FAILED', Error: 'ERROR: no such column' }] });

    const error = await warehouse.query(SELECT).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(WarehouseError);
    expect(error).toMatchObject({ code: 'query_failed', statement: 'count', isRetryable: false });
  });

  it('that does not end in time is cancelled', async () => {
    const { warehouse, sent } = anApi({ ExecuteStatement: [{ Id: 'q' }], DescribeStatement: [{ Status: 'STARTED' }] });

    const error = await warehouse.query(SELECT).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'query_timeout', isRetryable: true });
    expect(sent.at(-1)).toEqual({ operation: 'CancelStatement', input: { Id: 'q' } });
  });

  it.each([
    named('ValidationException', 'Could not cancel a query that is already in ABORTED state.'),
    named('ResourceNotFoundException', 'Query does not exist.'),
    named('InternalServerException', 'ERROR: function pg_cancel_backend(bigint) does not exist'),
    named('AccessDeniedException', 'not authorized'),
    named('Error', 'connect ECONNREFUSED'),
  ])('still says that it took too long when the cancel fails: $message', async (refusal) => {
    const { warehouse } = anApi({ DescribeStatement: [{ Status: 'STARTED' }], CancelStatement: [refusal] });

    const error = await warehouse.query(SELECT).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'query_timeout', isRetryable: true });
    expect(String(error)).toContain(refusal.message);
  });

  it('that ended just before the cancel returns its rows', async () => {
    const { warehouse } = anApi({
      DescribeStatement: [{ Status: 'STARTED' }, { Status: 'FINISHED' }],
      CancelStatement: [named('ValidationException', 'Could not cancel a query that is already in FINISHED state.')],
      GetStatementResult: [{ ColumnMetadata: [{ name: 'n' }], Records: [[{ longValue: 1 }]] }],
      queryTimeoutMs: 0,
    });

    expect(await warehouse.query(SELECT)).toEqual([{ n: 1 }]);
  });

  it('that failed just before the cancel reports its own failure', async () => {
    const { warehouse } = anApi({
      DescribeStatement: [{ Status: 'STARTED' }, { Status: 'FAILED', Error: 'ERROR: no such column' }],
      CancelStatement: [named('ValidationException')],
      queryTimeoutMs: 0,
    });

    await expect(warehouse.query(SELECT)).rejects.toMatchObject({ code: 'query_failed' });
  });

  it('that somebody else cancelled did not take too long', async () => {
    const { warehouse } = anApi({ DescribeStatement: [{ Status: 'ABORTED' }] });

    await expect(warehouse.query(SELECT)).rejects.toMatchObject({ code: 'query_cancelled', isRetryable: true });
  });

  it('is the same statement when its call is repeated', async () => {
    const { warehouse, sent } = anApi({
      ExecuteStatement: [named('ExecuteStatementException'), { Id: 'q' }],
      DescribeStatement: [{ Status: 'FINISHED' }],
    });

    await warehouse.query(SELECT);

    const tokens = sent
      .filter(({ operation }) => operation === 'ExecuteStatement')
      .map((one) => one.input['ClientToken']);
    expect(tokens).toEqual(['token-1', 'token-1']);
  });

  it('runs again under a new token when the warehouse was in conflict', async () => {
    const { warehouse, sent } = anApi({
      DescribeStatement: [{ Status: 'FAILED', Error: 'ERROR: 1023 conflict' }, { Status: 'FINISHED' }],
    });

    await warehouse.query(SELECT);

    const tokens = sent
      .filter(({ operation }) => operation === 'ExecuteStatement')
      .map((one) => one.input['ClientToken']);
    expect(tokens).toEqual(['token-1', 'token-2']);
  });

  it('takes an empty token as the end of its pages, and gives up when they never end', async () => {
    const page = { ColumnMetadata: [{ name: 'n' }], Records: [[{ longValue: 1 }]] };
    const responses = { DescribeStatement: [{ Status: 'FINISHED' }] };
    const ending = anApi({ ...responses, GetStatementResult: [{ ...page, NextToken: '' }] });
    const endless = anApi({ ...responses, GetStatementResult: [{ ...page, NextToken: 'again' }] });

    const rows = await ending.warehouse.query(SELECT);

    expect(rows).toEqual([{ n: 1 }]);
    await expect(endless.warehouse.query(SELECT)).rejects.toMatchObject({ code: 'result_too_large' });
    expect(endless.sent.filter(({ operation }) => operation === 'GetStatementResult').length).toBe(RESULT_PAGES_MAX);
  });
});

describe('a transaction', () => {
  it('is one batch under its token, with all parameters', async () => {
    const { warehouse, sent } = anApi({ BatchExecuteStatement: [{ Id: 'b' }] });

    const id = await warehouse.submit({ token: 't-1', name: 'load-t', statements: LOAD });

    expect(id).toBe('b');
    expect(sent[0]?.input).toEqual({
      WorkgroupName: 'w',
      Database: 'd',
      Sqls: ['SELECT 1', 'SELECT :x'],
      ClientToken: 't-1',
      StatementName: 'load-t',
      ExecutionMode: 'TRANSACTION',
      Parameters: [{ name: 'x', value: '2' }],
    });
  });

  it('is sent again under the same token when the response is lost', async () => {
    const { warehouse, sent } = anApi({ BatchExecuteStatement: [named('TimeoutError'), { Id: 'b' }] });

    expect(await warehouse.submit({ token: 't-1', name: 'load-t', statements: LOAD })).toBe('b');
    expect(sent.map(({ input }) => input['ClientToken'])).toEqual(['t-1', 't-1']);
  });

  it('that the API refuses permanently is not sent again', async () => {
    const { warehouse, sent } = anApi({ BatchExecuteStatement: [named('ValidationException')] });

    const error = await warehouse
      .submit({ token: 't', name: 'n', statements: LOAD })
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'data_api_failed', isRetryable: false });
    expect(sent.length).toBe(1);
  });

  it.each([
    ['ERROR: 1023 DETAIL: Serializable isolation violation', true],
    ['ERROR: terminating connection due to administrator command', true],
    ['ERROR: S3ServiceException:Please reduce your request rate.,Status 503', true],
    ['ERROR: Divide by zero', false],
  ])('that failed with "%s" names its statement and whether it may succeed later', async (message, isRetryable) => {
    const { warehouse } = anApi({
      DescribeStatement: [
        {
          Status: 'FAILED',
          Error: message,
          SubStatements: [
            { Status: 'FINISHED', RedshiftQueryId: 1 },
            { Status: 'FAILED', Error: message, RedshiftQueryId: 2 },
          ],
        },
      ],
    });

    const status = await warehouse.wait('b', { statements: LOAD, timeoutMs: 10 });

    expect(status).toMatchObject({
      kind: 'failed',
      failure: { statement: 'second', message, isRetryable, queryId: 2 },
    });
  });

  it('that the API no longer knows is gone', async () => {
    const { warehouse } = anApi({ DescribeStatement: [named('ResourceNotFoundException')] });

    expect(await warehouse.wait('b', { statements: LOAD, timeoutMs: 0 })).toMatchObject({ kind: 'gone' });
  });

  it.each([
    ['SUBMITTED', undefined],
    ['STARTED', undefined],
    ['FINISHED', new Date(5)],
  ])('that runs says when its first statement ended, which is %s', async (Status, firstDoneAt) => {
    const { warehouse } = anApi({
      DescribeStatement: [
        { Status: 'STARTED', SubStatements: [{ Status, UpdatedAt: new Date(5) }, { Status: 'STARTED' }] },
      ],
    });

    const status = await warehouse.wait('b', { statements: LOAD, timeoutMs: 0 });

    expect(status).toEqual({ kind: 'running', submittedAt: undefined, firstDoneAt });
  });

  it('that still runs when the time is up is running', async () => {
    const { warehouse } = anApi({ DescribeStatement: [{ Status: 'PICKED' }] });

    expect(await warehouse.wait('b', { statements: LOAD, timeoutMs: 0 })).toMatchObject({ kind: 'running' });
  });
});
