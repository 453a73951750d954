import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/doctor/data-api-session.ts';
import type { Outcome, Session } from '../../src/doctor/session.ts';

type Input = Readonly<Record<string, unknown>>;
type Reply = (input: Input) => unknown;

interface Fake {
  readonly session: Session;
  /** `<operation> <input>` of each call. */
  readonly calls: readonly { readonly operation: string; readonly input: Input }[];
  readonly outcomes: readonly Outcome[];
}

/** A Data API that replies by operation, and a clock that only pauses advance. */
function aSession(replies: Readonly<Record<string, Reply>>, signal = new AbortController().signal): Fake {
  const calls: { operation: string; input: Input }[] = [];
  const outcomes: Outcome[] = [];
  let now = 0;
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: Input }) => {
    const operation = command.constructor.name.replace('Command', '');
    calls.push({ operation, input: command.input });
    return replies[operation]?.(command.input);
  };
  const session = createSession(
    {
      client: { send } as unknown as RedshiftDataClient,
      address: { workgroup: 'w', database: 'd' },
      rewrite: (statement) => ({ ...statement, text: statement.text.replace('dataloaf', 'scratch') }),
      timeoutMs: 1_000,
    },
    {
      now: () => now,
      pause: async (ms) => {
        now += ms;
      },
      newToken: () => 'token',
      onOutcome: (outcome) => outcomes.push(outcome),
      signal,
    },
  );
  return { session, calls, outcomes };
}

const ONE = [{ name: 'one', text: 'SELECT n FROM dataloaf.t' }];
const anError = (name: string): Error => Object.assign(new Error('no'), { name });
const fail =
  (name: string): Reply =>
  () => {
    throw anError(name);
  };

describe('a session', () => {
  it('sends the rewritten texts under a token, and keeps all that is reported of each statement', async () => {
    const { session, calls, outcomes } = aSession({
      BatchExecuteStatement: () => ({ Id: 'id' }),
      DescribeStatement: () => ({
        Id: 'id',
        Status: 'FINISHED',
        SubStatements: [
          { Id: 'id:1', Status: 'FINISHED', HasResultSet: true, RedshiftQueryId: 7, Duration: 5_000_000 },
        ],
      }),
      GetStatementResult: ({ NextToken: token }) => ({
        ColumnMetadata: [{ name: 'n', typeName: 'numeric', precision: 38, scale: 12 }],
        Records: [[token === undefined ? { stringValue: '1.5' } : { isNull: true }]],
        ...(token === undefined ? { NextToken: 'next' } : {}),
      }),
    });

    const outcome = await session.run(ONE);

    expect(calls[0]?.input).toEqual({
      WorkgroupName: 'w',
      Database: 'd',
      Sqls: ['SELECT n FROM scratch.t'],
      ClientToken: 'token',
    });
    expect(outcome.statements).toEqual([
      {
        name: 'one',
        text: 'SELECT n FROM scratch.t',
        status: 'FINISHED',
        queryId: 7,
        columns: [{ name: 'n', type: 'numeric', precision: 38, scale: 12, length: 0 }],
        rows: [['1.5'], [null]],
        ms: 5,
      },
    ]);
    expect(outcomes).toEqual([outcome]);
  });

  it('takes a call that the API refuses as an outcome', async () => {
    const { session } = aSession({ BatchExecuteStatement: fail('ValidationException') });

    expect(await session.run(ONE)).toMatchObject({ status: 'REFUSED', error: 'ValidationException: no' });
  });

  it('ends the run, with a hint, when the warehouse cannot be asked at all', async () => {
    const { session } = aSession({ BatchExecuteStatement: fail('AccessDeniedException') });

    await expect(session.run(ONE)).rejects.toMatchObject({
      code: 'doctor_unreachable',
      hint: expect.stringContaining('rights of the credentials'),
    });
  });

  it('names the statement that failed, and keeps those after it as not run', async () => {
    const { session } = aSession({
      BatchExecuteStatement: () => ({ Id: 'id' }),
      DescribeStatement: () => ({
        Status: 'FAILED',
        Error: 'Query #1 failed',
        SubStatements: [{ Id: 'id:1', Status: 'FAILED', Error: 'division by zero' }],
      }),
    });

    const outcome = await session.run([...ONE, { name: 'two', text: 'SELECT 2' }]);

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Query #1 failed' });
    expect(outcome.statements).toMatchObject([
      { name: 'one', status: 'FAILED', error: 'division by zero' },
      { name: 'two', status: 'ABORTED' },
    ]);
  });

  it('stops waiting for a statement whose time is up, and cancels it: it would keep its locks', async () => {
    const { session, calls } = aSession({
      BatchExecuteStatement: () => ({ Id: 'id' }),
      DescribeStatement: () => ({ Id: 'id', Status: 'STARTED', SubStatements: [] }),
    });

    const outcome = await session.run(ONE);

    expect(outcome.status).toBe('STARTED');
    expect(calls.length).toBeLessThan(20);
    expect(calls.at(-1)).toEqual({ operation: 'CancelStatement', input: { Id: 'id' } });
  });

  it('cancels the statement in flight when the run is aborted', async () => {
    const abort = new AbortController();
    const { session, calls } = aSession(
      {
        BatchExecuteStatement: () => ({ Id: 'id' }),
        DescribeStatement: () => {
          abort.abort();
          return { Id: 'id', Status: 'STARTED' };
        },
      },
      abort.signal,
    );

    await expect(session.run(ONE)).rejects.toThrow('aborted');
    expect(calls.at(-1)).toEqual({ operation: 'CancelStatement', input: { Id: 'id' } });
  });

  it('cancels what was started and has not ended, and nothing else', async () => {
    let id = 0;
    const { session, calls } = aSession({
      BatchExecuteStatement: () => {
        id += 1;
        return { Id: `id-${id}` };
      },
      DescribeStatement: () => ({ Status: 'FINISHED' }),
    });
    await session.run(ONE);
    await session.start(ONE);

    await session.cancelAll();

    const cancelled = calls.filter(({ operation }) => operation === 'CancelStatement').map(({ input }) => input['Id']);
    expect(cancelled).toEqual(['id-2']);
  });

  it('sends parameters only with a statement that has some', async () => {
    const { session, calls } = aSession({
      ExecuteStatement: () => ({ Id: 'id' }),
      DescribeStatement: () => ({ Id: 'id', Status: 'FINISHED' }),
    });

    await session.runSingle({ name: 'one', text: 'SELECT :a', params: { a: 'x' } });
    await session.runSingle({ name: 'two', text: 'SELECT 2' });

    const sent = calls
      .filter(({ operation }) => operation === 'ExecuteStatement')
      .map(({ input }) => input['Parameters']);
    expect(sent).toEqual([[{ name: 'a', value: 'x' }], undefined]);
  });
});
