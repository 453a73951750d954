import { gzipSync } from 'node:zlib';
import { BODY_BYTES_MAX, BODY_INFLATED_BYTES_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/lambda/api-gateway.ts';
import { readJsonBody } from '../../src/lambda/request-body.ts';

function aRequest(body: Buffer | string, headers: Record<string, string> = {}): HttpRequest {
  return {
    routeKey: 'POST /v1/events',
    headers,
    requestContext: { requestId: 'r1' },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

const GZIP = { 'content-encoding': 'gzip' };
const parsedOf = async (request: HttpRequest): Promise<unknown> => (await readJsonBody(request)).value;
const statusOf = (request: HttpRequest): Promise<unknown> =>
  readJsonBody(request).catch((error: { status: number; code: string }) => `${error.status} ${error.code}`);

describe('a body', () => {
  it('is read plain and as gzip', async () => {
    expect(await parsedOf(aRequest('{"a":"ä"}'))).toEqual({ a: 'ä' });
    expect(await parsedOf(aRequest(gzipSync('{"a":"ä"}'), GZIP))).toEqual({ a: 'ä' });
  });

  it.each([
    ['GZIP', { 'content-encoding': 'GZIP' }],
    ['x-gzip and identity', { 'content-encoding': 'x-gzip, identity' }],
    ['a header name in upper case', { 'Content-Encoding': 'Gzip' }],
  ])('is read as gzip with %s', async (_, headers) => {
    expect(await parsedOf(aRequest(gzipSync('{"a":1}'), headers))).toEqual({ a: 1 });
  });

  it.each([
    ['text/plain'],
    ['Application/JSON; Charset="UTF-8"; x=y'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=iso-8859-1'],
    [''],
  ])('is read as JSON in UTF-8 under the content type %j', async (type) => {
    expect(await parsedOf(aRequest('{"a":"ä"}', { 'content-type': type }))).toEqual({ a: 'ä' });
  });

  it('is read from a string that is not base64 as well', async () => {
    const request = { ...aRequest(''), body: '{"a":"ä"}', isBase64Encoded: false };

    expect(await parsedOf(request)).toEqual({ a: 'ä' });
  });

  it('may begin with a byte order mark, under gzip too', async () => {
    expect(await parsedOf(aRequest('\ufeff{"a":"\ufeff"}'))).toEqual({ a: '\ufeff' });
    expect(await parsedOf(aRequest(gzipSync('\ufeff{"a":1}'), GZIP))).toEqual({ a: 1 });
    expect(await parsedOf({ ...aRequest(''), body: '\ufeff{"a":1}', isBase64Encoded: false })).toEqual({ a: 1 });
  });

  it('that is gzip without the header is refused with the header to send', async () => {
    await expect(readJsonBody(aRequest(gzipSync('{}')))).rejects.toMatchObject({
      code: 'body_not_utf8',
      message: expect.stringContaining('got gzip'),
      hint: expect.stringContaining('Content-Encoding: gzip'),
    });
  });

  it('comes with its text only when a key comes twice in one object of it', async () => {
    const { repeatedIn } = await readJsonBody(aRequest('\ufeff{"a":{"b":1,"\\u0062":2}}'));

    expect(repeatedIn).toBe('{"a":{"b":1,"\\u0062":2}}');
    expect(await readJsonBody(aRequest('{"a":{"a":":"},"b":[{"a":null},{"a":1}]}'))).toMatchObject({
      repeatedIn: undefined,
    });
  });

  it.each([
    ['no JSON', aRequest('{"a":'), '400 body_not_json'],
    ['nothing', aRequest(''), '400 body_not_json'],
    ['gzip in name only', aRequest('{}', GZIP), '400 body_not_gzip'],
    ['other than UTF-8', aRequest(Buffer.from([0x22, 0xe8, 0x22])), '400 body_not_utf8'],
    ['two byte order marks', aRequest('\ufeff\ufeff{}'), '400 body_not_json'],
    ['UTF-16', aRequest(Buffer.from('\ufeff{}', 'utf16le')), '400 body_not_utf8'],
    ['gzip twice', aRequest(gzipSync(gzipSync('{}')), { 'content-encoding': 'gzip, gzip' }), '400 encoding_unknown'],
    ['another encoding', aRequest('{}', { 'content-encoding': 'br' }), '400 encoding_unknown'],
    ['a bomb of blanks', aRequest(gzipSync(Buffer.alloc(50_000_000, ' ')), GZIP), '413 body_too_large'],
    ['too much on the wire', aRequest(Buffer.alloc(BODY_BYTES_MAX + 1, ' ')), '413 body_too_large'],
    [
      'too much inflated',
      aRequest(gzipSync(Buffer.alloc(BODY_INFLATED_BYTES_MAX + 1, ' ')), GZIP),
      '413 body_too_large',
    ],
    ['a depth bomb', aRequest('['.repeat(1_000_000)), '400 body_too_deep'],
    ['33 levels', aRequest(`${'['.repeat(33)}${']'.repeat(33)}`), '400 body_too_deep'],
  ])('with %s is answered %3$s', async (_, request, expected) => {
    expect(await statusOf(request)).toBe(expected);
  });

  it('may be 32 deep, and brackets inside texts do not count', async () => {
    expect(await parsedOf(aRequest(`${'['.repeat(32)}${']'.repeat(32)}`))).toBeDefined();
    expect(await parsedOf(aRequest(`{"a":"\\"${'['.repeat(40)}"}`))).toBeDefined();
  });
});
