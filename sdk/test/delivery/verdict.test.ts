import { describe, expect, it } from 'vitest';
import { judge, type Verdict } from '../../src/delivery/verdict.ts';

const ROUTE = '/v1/events';
const HTML = undefined;
const apiError = (code: string, message: unknown = 'no') => ({ error: { code, message } });

function verdictOn(status: number, body: unknown, items = 2): Verdict {
  return judge({ status, pauseMs: undefined, body }, { items, route: ROUTE });
}

describe('verdict', () => {
  it.each([
    [400, 'body_not_json'],
    [400, 'body_not_utf8'],
    [400, 'body_too_deep'],
    [400, 'body_invalid'],
    [413, 'body_too_large'],
    [413, 'too_many_items'],
  ])('lets the API itself decide an item: %i %s', (status, code) => {
    expect(verdictOn(status, apiError(code))).toMatchObject({ kind: 'unacceptable', code });
  });

  it.each([
    ['a page', 400, HTML],
    ['a page', 422, HTML],
    ['the words of a gateway', 400, { message: 'Bad Request' }],
    ['the words of a gateway', 422, { message: 'Unprocessable' }],
    ['another code', 400, apiError('bad_request')],
    ['another code', 422, apiError('invalid')],
    ['the code of another status', 400, apiError('body_too_large')],
    ['the code of another status', 422, apiError('body_invalid')],
    ['a name that every object has', 400, apiError('constructor')],
    ['a code alone', 400, { error: 'body_invalid' }],
    ['no message', 400, { error: { code: 'body_invalid' } }],
    ['a message that is no string', 400, apiError('body_invalid', { toString: 1 })],
    ['an array', 400, [apiError('body_invalid')]],
    ['JSON of its own', 400, { errors: [{ code: 'body_invalid', message: 'no' }] }],
    ['a decision', 400, { accepted: 0, rejected: [{ index: 0, code: 'id_invalid' }] }],
    ['null', 400, null],
  ])('never lets a stranger decide an item: %s with %i', (_, status, body) => {
    expect(verdictOn(status, body)).toMatchObject({ kind: 'refused', by: 'stranger' });
  });

  it.each([HTML, { message: 'Request Entity Too Large' }, apiError('too_large'), apiError('body_invalid')])(
    'only has a request split when a stranger says 413: %j',
    (body) => {
      expect(verdictOn(413, body).kind).toBe('too_large');
    },
  );

  it.each([
    [401, 'key_unknown'],
    [403, 'key_wrong_kind'],
    [404, 'route_unknown'],
    [400, 'body_not_gzip'],
    [400, 'encoding_unknown'],
    [400, 'user_id_invalid'],
  ])('keeps the items when the API refuses key, address or transfer: %i %s', (status, code) => {
    expect(verdictOn(status, apiError(code))).toMatchObject({ kind: 'refused', by: 'api' });
  });

  it.each([201, 202, 204, 207, 408, 425, 429, 500, 502, 503, 504, 599])(
    'retries after a %i of a stranger',
    (status) => {
      expect(verdictOn(status, HTML).kind).toBe('busy');
    },
  );

  it.each([
    ['a page', HTML],
    ['fewer items', { accepted: 1, rejected: [] }],
    ['more items', { accepted: 3, rejected: [] }],
    ['items that are counted twice', { accepted: 0, rejected: Array(2).fill({ index: 0, code: 'id_invalid' }) }],
    ['an item that was not sent', { accepted: 1, rejected: [{ index: 2, code: 'id_invalid' }] }],
    ['half an item', { accepted: 1, rejected: [{ index: 0.5, code: 'id_invalid' }] }],
    ['a rejection without a code', { accepted: 1, rejected: [{ index: 0, message: 'no' }] }],
    ['a count in a string', { accepted: '2', rejected: [] }],
    ['no list', { accepted: 2 }],
  ])('does not take %s for a decision', (_, body) => {
    expect(verdictOn(200, body).kind).toBe('busy');
  });

  it('takes an answer that accounts for every item for a decision', () => {
    const rejected = [{ index: 1, id: 'b', code: 'id_invalid', message: { toString: 1 } }];

    expect(verdictOn(200, { accepted: 1, rejected })).toEqual({
      kind: 'decided',
      rejected: [{ index: 1, code: 'id_invalid', message: '' }],
      retry: [],
    });
    expect(verdictOn(503, { accepted: 1, rejected: [], retry: [{ index: 0, id: 'a' }] })).toEqual({
      kind: 'decided',
      rejected: [],
      retry: [0],
    });
  });
});
