import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { WarehouseError } from '@dataloaf/core/errors';
import { describe, expect, it } from 'vitest';
import { createRedshiftWarehouse } from '../../src/warehouse/data-api.ts';
import type { Statement } from '../../src/warehouse/warehouse.ts';

interface Sent {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}
type Response = object | Error;

/** The Data API at its port: responses by operation, in order; the last one repeats. */
function anApi(responses: Readonly<Record<string, readonly Response[]>>) {
  const sent: Sent[] = [];
  const counts = new Map<string, number>();
  const send = async (command: { constructor: { name: string }; input: Sent['input'] }): Promise<object> => {
    const operation = command.constructor.name.replace('Command', '');
    sent.push({ operation, input: command.input });
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count + 1);
    const list = responses[operation] ?? [{}];
    const response = list[Math.min(count, list.length - 1)] ?? {};
    if (response instanceof Error) throw response;
    return response;
  };
  const client = { send } as unknown as RedshiftDataClient;
  return { sent, warehouse: createRedshiftWarehouse({ client, workgroup: 'w', database: 'd', queryTimeoutMs: 50 }) };
}

const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });
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

  it('that still runs when the time is up is running', async () => {
    const { warehouse } = anApi({ DescribeStatement: [{ Status: 'PICKED' }] });

    expect(await warehouse.wait('b', { statements: LOAD, timeoutMs: 0 })).toMatchObject({ kind: 'running' });
  });
});
