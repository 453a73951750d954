import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { InvokeResult } from '../../../src/aws/lambda/runner.ts';
import { anApi, stopApis } from '../../tools/an-http-api.ts';
import { sendRaw } from '../../tools/aws-fixture.ts';
import { statusOfHead } from '../../tools/raw-connection.ts';

afterEach(stopApis);

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

describe('the host', () => {
  it.each([
    ['two Host headers', ['Host: PORT', 'Host: PORT'], '/health', 400],
    ['two Host headers, one of them foreign', ['Host: PORT', 'host: evil.example'], '/health', 400],
    ['no Host header', [], '/health', 400],
    ['an empty Host header', ['Host:'], '/health', 400],
    ['a list of hosts', ['Host: PORT, evil.example'], '/health', 400],
    ['another case', ['HOST: LOCALHOST:NUMBER'], '/health', 200],
    ['another port', ['Host: localhost:1'], '/health', 403],
    ['no port', ['Host: localhost'], '/health', 403],
    ['a whole URL', ['Host: PORT'], 'http://PORT/health', 200],
    ['a whole URL of another host', ['Host: PORT'], 'http://evil.example/health', 403],
    ['a URL of another scheme', ['Host: PORT'], 'ftp://PORT/health', 400],
  ])('of a request with %s is judged', async (_, headers, target, status) => {
    const { api } = await anApi();
    const own = (text: string): string =>
      text.replaceAll('PORT', `127.0.0.1:${api.port}`).replaceAll('NUMBER', String(api.port));

    const got = await statusOfHead(api.url, [`GET ${own(target)} HTTP/1.1`, ...headers.map(own)]);

    expect(got).toBe(status);
  });
});
