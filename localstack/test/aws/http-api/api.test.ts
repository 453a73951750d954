import { gzipSync } from 'node:zlib';
import type { RouteSpec } from '@dataloaf/infra/deployment';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpApi } from '../../../src/aws/http-api/api.ts';
import type { InvokeResult } from '../../../src/aws/lambda/runner.ts';
import { Clock } from '../../../src/clock.ts';
import { sendRaw, silentLog } from '../../tools/aws-fixture.ts';

const ROUTES: readonly RouteSpec[] = [
  { method: 'PATCH', path: '/v1/users/{user_id}', function: 'merge' },
  { method: 'PATCH', path: '/v1/users/me', function: 'loader' },
  { method: 'POST', path: '/v1/events', function: 'ingest' },
  { method: 'GET', path: '/health', function: 'ingest' },
];

const apis: HttpApi[] = [];
afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

interface Call {
  readonly name: string;
  readonly event: unknown;
}

/** An API whose functions return `result`, and the calls that they received. */
async function anApi(result: InvokeResult = { kind: 'ok', payload: { statusCode: 200 } }) {
  const calls: Call[] = [];
  const api = new HttpApi({
    routes: ROUTES,
    invoke: async (name, event) => {
      calls.push({ name, event });
      return result;
    },
    clock: new Clock({ wall: () => Date.parse('2026-11-22T10:00:00.000Z') }),
    log: silentLog(),
    port: 0,
  });
  apis.push(api);
  await api.start();
  return { api, calls };
}

describe('the event of a function', () => {
  it('has the payload format 2.0 of API Gateway', async () => {
    const { api, calls } = await anApi();

    await sendRaw({
      url: `${api.url}/v1/users/ann%40x.org?a=1&a=2&b=%C3%BC`,
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json; charset=utf-8', Authorization: 'Bearer k', Cookie: 'x=1; y=2' },
      body: '{"set":{"name":"Zoë"}}',
    });

    expect(calls[0]?.name).toBe('merge');
    expect(calls[0]?.event).toMatchObject({
      version: '2.0',
      routeKey: 'PATCH /v1/users/{user_id}',
      rawPath: '/v1/users/ann%40x.org',
      rawQueryString: 'a=1&a=2&b=%C3%BC',
      queryStringParameters: { a: '1,2', b: 'ü' },
      pathParameters: { user_id: 'ann@x.org' },
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer k' },
      cookies: ['x=1', 'y=2'],
      requestContext: {
        http: { method: 'PATCH', path: '/v1/users/ann%40x.org', sourceIp: '127.0.0.1' },
        timeEpoch: Date.parse('2026-11-22T10:00:00.000Z'),
        stage: '$default',
      },
      body: '{"set":{"name":"Zoë"}}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['compressed', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, gzipSync('{}')],
    ['of no type', {}, Buffer.from('{}')],
    ['not UTF-8', { 'content-type': 'text/plain' }, Buffer.from([0xff, 0xfe, 0x00])],
  ])('has a body that is %s in base64, byte by byte', async (_, headers, body) => {
    const { api, calls } = await anApi();

    await sendRaw({ url: `${api.url}/v1/events`, method: 'POST', headers, body });

    expect(calls[0]?.event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });

  it('has no body when the request has none', async () => {
    const { api, calls } = await anApi();

    await sendRaw({ url: `${api.url}/health` });

    expect(calls[0]?.event).not.toHaveProperty('body');
    expect(calls[0]?.event).toMatchObject({ isBase64Encoded: false });
  });
});

describe('the answer', () => {
  it('is what the function says, bytes included', async () => {
    const payload = {
      statusCode: 503,
      headers: { 'Retry-After': '2', 'content-type': 'application/json' },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('{"ü":1}').toString('base64'),
      isBase64Encoded: true,
    };
    const { api } = await anApi({ kind: 'ok', payload });

    const answer = await sendRaw({ url: `${api.url}/health` });

    expect(answer).toMatchObject({ status: 503, body: '{"ü":1}' });
    expect(answer.headers).toMatchObject({ 'retry-after': '2', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('is 200 with the value of a function that gives no status', async () => {
    const { api } = await anApi({ kind: 'ok', payload: { fine: true } });

    const answer = await sendRaw({ url: `${api.url}/health` });

    expect(answer).toMatchObject({ status: 200, body: '{"fine":true}' });
  });

  it.each<[string, InvokeResult, number, string]>([
    ['fails', { kind: 'error', errorType: 'TypeError', message: 'secret' }, 500, 'Internal Server Error'],
    ['gives a wrong form', { kind: 'ok', payload: { statusCode: 'x' } }, 500, 'Internal Server Error'],
    ['is throttled', { kind: 'throttled' }, 429, 'Too Many Requests'],
    ['gets more than it takes', { kind: 'too_large' }, 413, 'Request Entity Too Large'],
  ])('has the form of API Gateway when the function %s', async (_, result, status, message) => {
    const { api } = await anApi(result);

    const answer = await sendRaw({ url: `${api.url}/health` });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ message });
  });
});

describe('a route', () => {
  it.each([
    ['GET', '/v1/events'],
    ['POST', '/v1/events/'],
    ['POST', '/V1/events'],
    ['PATCH', '/v1/users/'],
    ['PATCH', '/v1/users/a/b'],
    ['POST', '/v1/events/../events'],
  ])('that does not exist gets a 404: %s %s', async (method, path) => {
    const { api, calls } = await anApi();

    const answer = await sendRaw({ url: `${api.url}${path}`, method });

    expect(answer).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
    expect(calls).toEqual([]);
  });

  it('without parameters is taken before one with parameters', async () => {
    const { api, calls } = await anApi();

    await sendRaw({ url: `${api.url}/v1/users/me`, method: 'PATCH' });

    expect(calls.map(({ name }) => name)).toEqual(['loader']);
  });
});

describe('a request', () => {
  it('with a foreign host is refused, with an origin it is not', async () => {
    const { api, calls } = await anApi();

    const foreign = await sendRaw({ url: `${api.url}/health`, headers: { host: 'evil.example' } });
    const ofPage = await sendRaw({ url: `${api.url}/health`, headers: { origin: 'https://shop.example' } });

    expect([foreign.status, ofPage.status]).toEqual([403, 200]);
    expect(calls).toHaveLength(1);
  });

  it('of more than 10 MB is refused with 413, with and without its length ahead', async () => {
    const { api, calls } = await anApi();
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);

    const declared = await sendRaw({ url: `${api.url}/v1/events`, method: 'POST', body });
    const chunked = await sendRaw({
      url: `${api.url}/v1/events`,
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body,
    });

    expect([declared.status, chunked.status]).toEqual([413, 413]);
    expect(calls).toEqual([]);
  });
});
