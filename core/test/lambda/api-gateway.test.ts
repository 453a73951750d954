import { RequestError } from '@dataloaf/core/errors';
import { expect, it } from 'vitest';
import { errorAnswer, headerOf, jsonAnswer } from '../../src/lambda/api-gateway.ts';

it('sends a body as JSON', () => {
  expect(jsonAnswer(200, { status: 'ok' })).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"status":"ok"}',
  });
});

it.each([200, 400, 401, 403, 404, 413, 429, 500])('sends no Retry-After with %i', (status) => {
  expect(jsonAnswer(status, {}).headers).not.toHaveProperty('retry-after');
});

it('asks for a retry after a second with every 503', () => {
  const error = new RequestError(503, 'keys_unreadable', { message: 'no' });

  expect(jsonAnswer(503, {}).headers['retry-after']).toBe('1');
  expect(errorAnswer(error).headers['retry-after']).toBe('1');
});

it('sends code, message and hint of an error, and neither its cause nor its context', () => {
  const error = new RequestError(400, 'body_invalid', {
    message: 'Expected a body.',
    hint: 'Send one.',
    cause: new Error('secret'),
    context: { secret: 'x' },
  });

  const { statusCode, body } = errorAnswer(error);

  expect(statusCode).toBe(400);
  expect(JSON.parse(body)).toEqual({
    error: { code: 'body_invalid', message: 'Expected a body.', hint: 'Send one.' },
  });
});

it('sends no hint when the error has none', () => {
  const { body } = errorAnswer(new RequestError(404, 'route_unknown', { message: 'Unknown route.' }));

  expect(JSON.parse(body)).toEqual({ error: { code: 'route_unknown', message: 'Unknown route.' } });
});

it('reads a header whatever the case of its name', () => {
  const headers = { authorization: 'a', 'Content-Encoding': 'b' };

  expect([headerOf({ headers }, 'authorization'), headerOf({ headers }, 'content-encoding')]).toEqual(['a', 'b']);
  expect(headerOf({ headers }, 'content-type')).toBeUndefined();
});
