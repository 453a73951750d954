import { Readable } from 'node:stream';
import {
  CancelStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
} from '@aws-sdk/client-redshift-data';
import { describe, expect, it } from 'vitest';
import { slowed } from '../../../src/aws/redshift-data/run-faults.ts';
import type { ObjectReader } from '../../../src/redshift/object-reader.ts';
import { aGate, insert, TAKE_MUTEX, useDataApi, WHERE, waitForPart } from '../../tools/data-api-fixture.ts';
import { until } from '../../tools/until.ts';

const fixture = useDataApi();

/** One object of many lines that stops in the middle, after Postgres has some of them. */
function readThatPauses(paused: () => void, goesOn: Promise<void>): ObjectReader {
  async function* lines(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"a":"x"}\n'.repeat(100_000));
    paused();
    await goesOn;
    yield Buffer.from('{"a":"x"}\n'.repeat(100_000));
  }
  return { open: async () => Readable.from(lines()), list: async () => ['slow.json'] };
}

describe('BatchExecuteStatement', () => {
  it('runs all statements in one transaction and reports each one', async () => {
    const api = await fixture.startApi();

    const answer = await api.run([insert('one'), 'SELECT :x AS x', insert('two')], {
      Parameters: [{ name: 'x', value: 'y' }],
      StatementName: 'load',
    });

    expect(answer.Status).toBe('FINISHED');
    expect(answer.SubStatements?.map((part) => [part.Id, part.Status, part.ResultRows, part.HasResultSet])).toEqual([
      [`${answer.Id}:1`, 'FINISHED', 1, false],
      [`${answer.Id}:2`, 'FINISHED', 1, true],
      [`${answer.Id}:3`, 'FINISHED', 1, false],
    ]);
    const result = await api.client.send(new GetStatementResultCommand({ Id: `${answer.Id}:2` }));
    expect(result.Records).toEqual([[{ stringValue: 'y' }]]);
    expect(await fixture.rows()).toEqual(['one', 'two']);
  });

  it('rolls everything back when one fails, and names it', async () => {
    const api = await fixture.startApi();

    const answer = await api.run([insert('one'), 'SELECT 1 / 0', insert('two')]);

    expect(answer).toMatchObject({ Status: 'FAILED', Error: 'Query #2 failed with ERROR: division by zero' });
    expect(answer.SubStatements?.map((part) => part.Status)).toEqual(['FINISHED', 'FAILED', 'ABORTED']);
    expect(await fixture.rows()).toEqual([]);
  });

  it('commits each statement by itself with AUTO_COMMIT', async () => {
    const api = await fixture.startApi();

    const answer = await api.run([insert('one'), 'SELECT 1 / 0', insert('two')], { ExecutionMode: 'AUTO_COMMIT' });

    expect(answer.Status).toBe('FAILED');
    expect(await fixture.rows()).toEqual(['one', 'two']);
  });

  it('refuses SQL outside of the closed list when it runs', async () => {
    const api = await fixture.startApi();

    const answer = await api.run([insert('one'), 'SELECT pg_sleep(1)']);

    expect(answer.SubStatements?.[1]?.Error).toMatch(/^ERROR: .*PG_SLEEP/);
    expect(await fixture.rows()).toEqual([]);
  });

  it('drops temporary tables at its end', async () => {
    const api = await fixture.startApi({ concurrency: 1 });
    await api.run(['CREATE TEMP TABLE x AS SELECT 1 AS a', 'SELECT a FROM x']);

    const answer = await api.run(['CREATE TEMP TABLE x (b INTEGER)', 'SELECT b FROM x']);

    expect(answer.Status).toBe('FINISHED');
  });

  it('copies from S3 inside of the transaction and makes the indexes of known tables', async () => {
    const api = await fixture.startApi();
    fixture.objects.putGzip('s3://b/1.gz', '{"user_id":"u1","user_attributes":{"plan":"pro"}}\n');
    fixture.objects.putManifest('s3://b/m', ['s3://b/1.gz']);

    const answer = await api.run([
      'CREATE TABLE dataloaf.users (user_id VARCHAR(256) NOT NULL, user_attributes SUPER) DISTKEY(user_id)',
      `COPY dataloaf.users FROM 's3://b/m' IAM_ROLE 'arn' MANIFEST GZIP FORMAT JSON 'auto'`,
      'SELECT u.user_attributes."plan"::VARCHAR AS plan FROM dataloaf.users AS u',
    ]);

    expect(answer.SubStatements?.map((part) => part.ResultRows)).toEqual([0, 1, 1]);
    const { rows } = await fixture.observer.query(`SELECT indexname FROM pg_indexes WHERE tablename = 'users'`);
    expect(rows).toHaveLength(1);
  });

  it('keeps the details of a failed COPY although its transaction is rolled back', async () => {
    const api = await fixture.startApi();
    fixture.objects.put('s3://b/bad.json', '{"a":"ok"}\n{"a":"this text is far too long for it"}\n');

    const answer = await api.run([`COPY dataloaf.t FROM 's3://b/bad.json' IAM_ROLE 'arn' FORMAT JSON 'auto'`]);

    const [part] = answer.SubStatements ?? [];
    expect(part?.Error).toBe(
      `ERROR: Load into table 't' failed.  Check 'sys_load_error_detail' system table for details.`,
    );
    const details = await api.client.send(
      new ExecuteStatementCommand({
        ...WHERE,
        Sql: `SELECT file_name, line_number, column_name, error_message FROM sys_load_error_detail WHERE query_id = ${part?.RedshiftQueryId}`,
        WaitTimeSeconds: 20,
      }),
    );
    const { Records } = await api.client.send(new GetStatementResultCommand({ Id: details.Id }));
    expect(Records).toEqual([
      [
        { stringValue: 's3://b/bad.json' },
        { longValue: 2 },
        { stringValue: 'a' },
        { stringValue: 'String length exceeds DDL length.' },
      ],
    ]);
  });

  it.each([
    [
      'its session is ended',
      'pg_terminate_backend',
      { Status: 'FAILED' },
      /terminating connection|connection was closed/,
    ],
    ['it is cancelled by the server', 'pg_cancel_backend', { Status: 'ABORTED' }, undefined],
  ])('accuses no line of a COPY that ends because %s', async (_, end, status, error) => {
    const gate = aGate();
    const started = aGate();
    const api = await fixture.startApi({ objects: readThatPauses(started.open, gate.opened) });
    const id = await api.submit([`COPY dataloaf.t FROM 's3://b/slow.json' IAM_ROLE 'arn' FORMAT JSON 'auto'`]);
    await started.opened;
    await until('Postgres to have the COPY', async () => {
      const { rowCount: ended } = await fixture.observer.query(
        `SELECT ${end}(pid) FROM pg_stat_activity
         WHERE query LIKE 'COPY %' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      return ended === 1;
    });
    gate.open();

    const answer = await api.end(id);

    expect(answer).toMatchObject(status);
    if (error !== undefined) expect(answer.SubStatements?.[0]?.Error).toMatch(error);
    const { rowCount } = await fixture.observer.query('SELECT 1 FROM redshift.sys_load_error_detail');
    expect(rowCount).toBe(0);
  });

  it('takes at least the time that was asked for, for each statement', async () => {
    const api = await fixture.startApi({ faults: slowed(40) });

    const answer = await api.run([insert('one'), insert('two'), 'SELECT 1 AS x']);

    expect(answer.Status).toBe('FINISHED');
    expect(answer.SubStatements?.map(({ Duration = 0 }) => Duration >= 35e6)).toEqual([true, true, true]);
  });

  it('refuses more than 40 statements', async () => {
    const api = await fixture.startApi();

    await expect(api.submit(Array.from({ length: 41 }, () => 'SELECT 1'))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('runs a token once, however often and at the same time it is sent', async () => {
    const api = await fixture.startApi();

    const ids = await Promise.all(
      Array.from({ length: 5 }, () => api.submit([insert('one')], { ClientToken: 'token-1' })),
    );
    await api.end(ids[0] ?? '');
    const again = await api.submit([insert('one')], { ClientToken: 'token-1' });

    expect(new Set([...ids, again]).size).toBe(1);
    expect(await fixture.rows()).toEqual(['one']);
  });

  it('forgets a token after 8 h and a statement after 24 h', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const api = await fixture.startApi({ now: () => now });
    const first = await api.submit([insert('one')], { ClientToken: 'token-1' });
    await api.end(first);

    now += 8 * 3_600_000;
    const second = await api.submit([insert('two')], { ClientToken: 'token-1' });
    await api.end(second);
    now += 17 * 3_600_000;
    await api.run([insert('three')]);

    expect(second).not.toBe(first);
    await expect(api.end(first)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('refuses the 201st active statement', async () => {
    const gate = aGate();
    const api = await fixture.startApi({ concurrency: 1, faults: { beforeStatement: () => gate.opened } });
    await Promise.all(Array.from({ length: 200 }, () => api.submit(['SELECT 1'])));

    await expect(api.submit(['SELECT 1'])).rejects.toMatchObject({ name: 'ActiveStatementsExceededException' });
    gate.open();
  });
});

describe('two writers', () => {
  it('wait for each other at the mutex, both commit, and no count is lost', async () => {
    const api = await fixture.startApi();

    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => api.run([...TAKE_MUTEX, insert(`row ${n}`)])),
    );

    expect(answers.map((answer) => answer.Status)).toEqual(Array.from({ length: 6 }, () => 'FINISHED'));
    const { rows } = await fixture.observer.query('SELECT n::int AS n FROM dataloaf.load_mutex');
    expect(rows).toEqual([{ n: 6 }]);
  });

  it('that do not lock conflict with 1023', async () => {
    const gate = aGate();
    const isFirst = (name: string | undefined): boolean => name === 'first';
    const api = await fixture.startApi({
      faults: { beforeStatement: ({ name, index }) => (isFirst(name) && index === 1 ? gate.opened : undefined) },
    });
    const first = await api.submit(['SELECT n FROM dataloaf.load_mutex', TAKE_MUTEX[1]], {
      StatementName: 'first',
    });
    await waitForPart(api, first, 1);
    await api.run([TAKE_MUTEX[1]]);
    gate.open();

    const answer = await api.end(first);

    expect(answer.Error).toMatch(/ERROR: 1023 .*Serializable isolation violation/);
  });
});

describe('CancelStatement', () => {
  it('ends a statement that waits for a lock while another statement still holds it', async () => {
    const gate = aGate();
    const api = await fixture.startApi({
      faults: { beforeStatement: ({ name, index }) => (name === 'holder' && index === 2 ? gate.opened : undefined) },
    });
    const holder = await api.submit([...TAKE_MUTEX, insert('held')], { StatementName: 'holder' });
    await waitForPart(api, holder, 2);
    const waiter = await api.submit([...TAKE_MUTEX, insert('waited')]);
    await waitForPart(api, waiter, 0);

    const { Status } = await api.client.send(new CancelStatementCommand({ Id: waiter }));
    const answer = await api.end(waiter);
    gate.open();

    expect(Status).toBe(true);
    expect(answer.Status).toBe('ABORTED');
    expect((await api.end(holder)).Status).toBe('FINISHED');
    expect(await fixture.rows()).toEqual(['held']);
  });

  it('ends a statement that is still queued, and refuses to cancel one that has ended', async () => {
    const gate = aGate();
    const api = await fixture.startApi({ concurrency: 1, faults: { beforeStatement: () => gate.opened } });
    const running = await api.submit([insert('running')]);
    const queued = await api.submit([insert('queued')]);

    await api.client.send(new CancelStatementCommand({ Id: queued }));
    gate.open();

    expect((await api.end(queued)).Status).toBe('ABORTED');
    await api.end(running);
    await expect(api.client.send(new CancelStatementCommand({ Id: running }))).rejects.toThrow('already in FINISHED');
    expect(await fixture.rows()).toEqual(['running']);
  });
});
