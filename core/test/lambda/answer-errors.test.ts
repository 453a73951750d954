import { RequestError } from '@dataloaf/core/errors';
import { expect, it } from 'vitest';
import { answerErrors } from '../../src/lambda/answer-errors.ts';
import { jsonAnswer } from '../../src/lambda/api-gateway.ts';

/** A log that notes level, fields and message of every line. */
function aLog() {
  const lines: unknown[] = [];
  const note = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
  return { lines, log: { info: note('info'), error: note('error') } as never };
}

it('returns the response of the handler and logs nothing', async () => {
  const { lines, log } = aLog();

  const answer = await answerErrors(log, async () => jsonAnswer(200, {}));

  expect([answer, lines]).toEqual([jsonAnswer(200, {}), []]);
});

it('logs a refused request once, without the cause, which may quote the body', async () => {
  const { lines, log } = aLog();
  const cause = new Error('Unexpected token in {"password":');

  const answer = await answerErrors(log, () =>
    Promise.reject(new RequestError(400, 'body_not_json', { message: 'no', cause })),
  );

  expect(answer.statusCode).toBe(400);
  expect(lines).toEqual([['info', { code: 'body_not_json', status: 400 }, 'request refused']]);
});

it('logs a request that we cannot serve once, as an error with its reason', async () => {
  const { lines, log } = aLog();
  const cause = new Error('S3 is down');

  const answer = await answerErrors(log, () =>
    Promise.reject(new RequestError(503, 'keys_unreadable', { message: 'no', cause })),
  );

  expect(answer.statusCode).toBe(503);
  expect(lines).toEqual([
    ['error', { code: 'keys_unreadable', status: 503, reason: 'S3 is down' }, 'request not served'],
  ]);
});

it('turns an unexpected error into a 500 that reveals nothing of it, and logs the error', async () => {
  const { lines, log } = aLog();
  const err = new TypeError('secret is not a function');

  const answer = await answerErrors(log, () => Promise.reject(err));

  expect(answer.statusCode).toBe(500);
  expect(JSON.parse(answer.body).error.code).toBe('internal_error');
  expect(answer.body).not.toContain('secret');
  expect(lines).toEqual([['error', { err }, 'request failed']]);
});
