import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListDatabasesCommand,
  ListStatementsCommand,
} from '@aws-sdk/client-redshift-data';
import { describe, expect, it } from 'vitest';
import { insert, useDataApi, WHERE } from '../../tools/data-api-fixture.ts';

const fixture = useDataApi();

describe('ExecuteStatement', () => {
  it('returns results with the types that AWS uses', async () => {
    const { client } = await fixture.startApi();

    const { Id, Status } = await client.send(
      new ExecuteStatementCommand({
        ...WHERE,
        Sql: `SELECT CAST(1 AS BIGINT) AS n, 1.5::FLOAT8 AS f, TRUE AS b, :text AS s, CAST(NULL AS INTEGER) AS nothing,
          CAST(2500315.63 AS DECIMAL(12, 2)) AS d, TIMESTAMP '2026-01-02 03:04:05.678' AS at,
          JSON_PARSE('{"b": [1, "x  y"], "a": 0.10}') AS body`,
        Parameters: [{ name: 'text', value: `it's` }],
        WaitTimeSeconds: 20,
      }),
    );
    const result = await client.send(new GetStatementResultCommand({ Id }));

    expect(Status).toBe('FINISHED');
    expect(result.Records).toEqual([
      [
        { longValue: 1 },
        { doubleValue: 1.5 },
        { booleanValue: true },
        { stringValue: `it's` },
        { isNull: true },
        { stringValue: '2500315.63' },
        { stringValue: '2026-01-02 03:04:05.678' },
        { stringValue: '{"a":0.10,"b":[1,"x  y"]}' },
      ],
    ]);
    expect(result.ColumnMetadata?.map((column) => [column.name, column.typeName])).toEqual([
      ['n', 'int8'],
      ['f', 'float8'],
      ['b', 'bool'],
      ['s', 'varchar'],
      ['nothing', 'int4'],
      ['d', 'numeric'],
      ['at', 'timestamp'],
      ['body', 'super'],
    ]);
  });

  it('pages a large result without losing or repeating a row', async () => {
    await fixture.observer.query(
      `CREATE TABLE dataloaf.wide AS SELECT n, repeat('x', 1000) AS a FROM generate_series(1, 3000) AS n`,
    );
    const { client } = await fixture.startApi();
    const { Id } = await client.send(
      new ExecuteStatementCommand({ ...WHERE, Sql: 'SELECT n, a FROM dataloaf.wide ORDER BY n', WaitTimeSeconds: 20 }),
    );

    const seen: (number | undefined)[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const page = await client.send(
        new GetStatementResultCommand({ Id, ...(token === undefined ? {} : { NextToken: token }) }),
      );
      seen.push(...(page.Records ?? []).map((record) => record[0]?.longValue));
      token = page.NextToken;
      pages += 1;
    } while (token !== undefined);

    expect(pages).toBeGreaterThan(1);
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, n) => n + 1));
  });

  it('fails a statement with a row above 64 KB', async () => {
    const { client } = await fixture.startApi();

    const { Id } = await client.send(
      new ExecuteStatementCommand({ ...WHERE, Sql: `SELECT RPAD('x', 70000, 'x') AS a`, WaitTimeSeconds: 20 }),
    );

    const { Status, Error: message } = await client.send(new DescribeStatementCommand({ Id }));
    expect([Status, message]).toEqual(['FAILED', expect.stringContaining('64 KB')]);
  });

  it('reports SQL errors in DescribeStatement, not in the response', async () => {
    const { client } = await fixture.startApi();

    const { Id } = await client.send(new ExecuteStatementCommand({ ...WHERE, Sql: 'SELECT a FROM dataloaf.nowhere' }));

    const { Status, Error: message } = await client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 20 }));
    expect([Status, message]).toEqual(['FAILED', 'ERROR: relation "dataloaf.nowhere" does not exist']);
    await expect(client.send(new GetStatementResultCommand({ Id }))).rejects.toThrow('does not have result');
  });

  it.each([
    ['a missing parameter', { Sql: 'SELECT :a' }],
    ['an unused parameter', { Sql: 'SELECT 1', Parameters: [{ name: 'a', value: '1' }] }],
    ['an empty parameter', { Sql: 'SELECT :a', Parameters: [{ name: 'a', value: '' }] }],
    ['a missing workgroup', { Sql: 'SELECT 1', WorkgroupName: undefined }],
    ['an unknown workgroup', { Sql: 'SELECT 1', WorkgroupName: 'other' }],
    ['a missing database', { Sql: 'SELECT 1', Database: undefined }],
    ['a statement above 100 KB', { Sql: `SELECT '${'x'.repeat(102_400)}'` }],
    ['a wait above 30 s', { Sql: 'SELECT 1', WaitTimeSeconds: 31 }],
  ])('refuses %s', async (_, input) => {
    const { client } = await fixture.startApi();

    const call = client.send(new ExecuteStatementCommand({ ...WHERE, ...input }));

    await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('names the operation that is not emulated', async () => {
    const { client } = await fixture.startApi();

    const call = client.send(new ListDatabasesCommand({ ...WHERE }));

    await expect(call).rejects.toThrow('ListDatabases');
  });
});

describe('ListStatements', () => {
  it('lists the newest first, by status and start of the name, in pages', async () => {
    const api = await fixture.startApi();
    for (const name of ['load-1', 'load-2', 'merge-1']) await api.run([insert(name)], { StatementName: name });
    await api.run(['SELECT 1 / 0'], { StatementName: 'load-3' });

    const first = await api.client.send(
      new ListStatementsCommand({ StatementName: 'load', Status: 'FINISHED', MaxResults: 1 }),
    );
    const second = await api.client.send(
      new ListStatementsCommand({ StatementName: 'load', Status: 'FINISHED', NextToken: first.NextToken }),
    );

    const names = [first, second].map((page) => page.Statements?.map((statement) => statement.StatementName));
    expect(names).toEqual([['load-2'], ['load-1']]);
  });
});
