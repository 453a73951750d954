import { describe, expect, it } from 'vitest';
import { anApi, named } from '../an-api.ts';

const SUBMIT = { token: 't-1', name: 'load-t', statements: [{ name: 'first', text: 'SELECT 1' }] };
const withCode = (code: string): Error => Object.assign(new Error('no'), { code });
const withFields = (fields: object): Error => Object.assign(named('UnknownError'), fields);

/** Submits while every response is this failure. */
async function failing(failure: Error) {
  const { warehouse, sent, pauses } = anApi({ BatchExecuteStatement: [failure] });
  const error: unknown = await warehouse.submit(SUBMIT).catch((thrown: unknown) => thrown);
  return { error, calls: sent.length, pauses, tokens: new Set(sent.map(({ input }) => input['ClientToken'])) };
}

describe('a call that fails for a passing reason is repeated, a bounded number of times, under one token', () => {
  it.each([
    named('ActiveSessionsExceededException'),
    named('ActiveStatementsExceededException'),
    named('ActiveWaitingRequestsExceededException'),
    named('BatchExecuteStatementException', 'environmental error'),
    named('ExecuteStatementException'),
    named('DatabaseConnectionException'),
    named('InternalServerException'),
    named('QueryTimeoutException'),
    named('ThrottlingException'),
    named('ServiceUnavailableException'),
    named('TimeoutError'),
    withFields({ $fault: 'server' }),
    withFields({ $fault: 'client', $metadata: { httpStatusCode: 429 } }),
    withFields({ $metadata: { httpStatusCode: 503 } }),
    withFields({ name: 'SyntaxError', $response: { statusCode: 502 } }),
    withFields({ name: 'InvalidSignatureException', $metadata: { clockSkewCorrected: true } }),
    withCode('ETIMEDOUT'),
    withCode('EAI_AGAIN'),
    withCode('ENOTFOUND'),
    withCode('ECONNRESET'),
    withCode('ECONNREFUSED'),
    withCode('EPIPE'),
    new Error('socket hang up'),
    new Error('fetch failed', { cause: withCode('ECONNRESET') }),
    new AggregateError([withCode('ENETUNREACH'), withCode('ETIMEDOUT')], 'all addresses failed'),
  ])('$name: $message', async (failure) => {
    const { error, calls, pauses, tokens } = await failing(failure);

    expect(error).toMatchObject({ code: 'data_api_failed', isRetryable: true, cause: failure });
    expect(calls).toBe(5);
    expect(tokens).toEqual(new Set(['t-1']));
    expect(pauses).toEqual([75, 150, 300, 600]);
  });
});

describe('a refusal is final at once', () => {
  it.each([
    named('ValidationException', 'The text quotes an InternalServerException, ECONNRESET and a TimeoutError'),
    named('AccessDeniedException', 'Throttling is not what this is'),
    Object.assign(named('ValidationException'), { $fault: 'client', $metadata: { httpStatusCode: 400 } }),
    Object.assign(named('ServiceQuotaExceededException', 'ECONNRESET'), { $fault: 'client' }),
    named('ResourceNotFoundException', 'Workgroup does not exist.'),
    named('ExpiredTokenException'),
    new TypeError('a bug'),
  ])('$name: $message', async (failure) => {
    const { error, calls, pauses } = await failing(failure);

    expect(error).toMatchObject({ code: 'data_api_failed', isRetryable: false });
    expect(calls).toBe(1);
    expect(pauses).toEqual([]);
  });
});

describe('a wait', () => {
  const options = { statements: SUBMIT.statements, timeoutMs: 60_000 };

  it('asks without waiting once the service has too many waiting requests', async () => {
    const { warehouse, sent } = anApi({
      DescribeStatement: [
        named('ActiveWaitingRequestsExceededException'),
        { Status: 'STARTED' },
        { Status: 'STARTED' },
        { Status: 'FINISHED' },
      ],
    });

    const status = await warehouse.wait('b', options);

    expect(status.kind).toBe('finished');
    expect(sent.map(({ input }) => input['WaitTimeSeconds'])).toEqual([30, undefined, undefined, undefined]);
  });

  it('outlasts an outage of the API that is shorter than itself', async () => {
    const outage = Array.from({ length: 40 }, () => withCode('ETIMEDOUT'));
    const { warehouse } = anApi({ DescribeStatement: [...outage, { Status: 'FINISHED' }] });

    expect(await warehouse.wait('b', options)).toMatchObject({ kind: 'finished' });
  });

  it('ends at its deadline while the API stays away, and reports that', async () => {
    const { warehouse, pauses } = anApi({ DescribeStatement: [withCode('ETIMEDOUT')] });

    const error = await warehouse.wait('b', options).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'data_api_failed', isRetryable: true });
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(65_000);
  });
});
