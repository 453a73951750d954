import { gzipSync } from 'node:zlib';
import { BODY_BYTES_MAX, BODY_INFLATED_BYTES_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/lambda/api-gateway.ts';
import { depthOf, readJsonBody } from '../../src/lambda/request-body.ts';

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
const statusOf = (request: HttpRequest): Promise<unknown> =>
  readJsonBody(request).catch((error: { status: number; code: string }) => `${error.status} ${error.code}`);

describe('a body', () => {
  it('is read plain and as gzip', async () => {
    expect(await readJsonBody(aRequest('{"a":"ä"}'))).toEqual({ a: 'ä' });
    expect(await readJsonBody(aRequest(gzipSync('{"a":"ä"}'), GZIP))).toEqual({ a: 'ä' });
  });

  it.each([
    ['no JSON', aRequest('{"a":'), '400 body_not_json'],
    ['nothing', aRequest(''), '400 body_not_json'],
    ['gzip in name only', aRequest('{}', GZIP), '400 body_not_gzip'],
    ['other than UTF-8', aRequest(Buffer.from([0x22, 0xe8, 0x22])), '400 body_not_utf8'],
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
    expect(await readJsonBody(aRequest(`${'['.repeat(32)}${']'.repeat(32)}`))).toBeDefined();
    expect(depthOf(Buffer.from('{"a":"[[[[\\"[[[["}'))).toBe(1);
  });
});
