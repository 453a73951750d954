import { describe, expect, it } from 'vitest';
import { namedHost } from '../src/host-header.ts';

const PORT = 8081;
const kindOf = (hosts: readonly string[], url = '/health', port = PORT): string =>
  namedHost({ rawHeaders: ['Accept', '*/*', ...hosts.flatMap((host) => ['HOST', host])], url }, port).kind;

describe('the host of a request', () => {
  it.each(['127.0.0.1:8081', 'localhost:8081', 'LocalHost:8081', '[::1]:8081', ' localhost:8081 '])(
    'is our own: "%s"',
    (host) => {
      expect(kindOf([host])).toBe('own');
    },
  );

  it.each([
    'evil.example:8081',
    'evil.example',
    'localhost',
    'localhost:',
    'localhost:80',
    'localhost:18081',
    '127.0.0.1.evil.example:8081',
    'localhost.evil.example:8081',
    'localhost.:8081',
    '127.0.0.2:8081',
    '2130706433:8081',
    '[::2]:8081',
  ])('is foreign: "%s"', (host) => {
    expect(kindOf([host])).toBe('foreign');
  });

  it.each([
    ['missing', []],
    ['empty', ['']],
    ['blank', ['  ']],
    ['there twice', ['127.0.0.1:8081', 'evil.example']],
    ['there twice, and the same', ['127.0.0.1:8081', '127.0.0.1:8081']],
    ['a list', ['127.0.0.1:8081, evil.example']],
    ['with a user', ['evil@127.0.0.1:8081']],
    ['a URL', ['http://127.0.0.1:8081']],
    ['with a port that is none', ['127.0.0.1:80x']],
    ['with two ports', ['127.0.0.1:8081:8081']],
    ['only a port', [':8081']],
    ['with a blank inside', ['127.0.0.1 :8081']],
  ])('is invalid when it is %s', (_, hosts) => {
    expect(kindOf(hosts)).toBe('invalid');
  });

  it('needs no port on port 80', () => {
    expect(['localhost', 'localhost:', 'localhost:80', 'localhost:81'].map((host) => kindOf([host], '/', 80))).toEqual([
      'own',
      'own',
      'own',
      'foreign',
    ]);
  });
});

describe('a target that is a URL', () => {
  const headers = { rawHeaders: ['Host', '127.0.0.1:8081'] };
  const of = (url: string) => namedHost({ ...headers, url }, PORT);

  it('counts instead of the header', () => {
    expect(of('http://localhost:8081/v1/events?a=b').kind).toBe('own');
    expect(of('http://evil.example/v1/events').kind).toBe('foreign');
    expect(namedHost({ rawHeaders: ['Host', 'evil.example'], url: 'http://127.0.0.1:8081/' }, PORT).kind).toBe('own');
  });

  it.each([
    ['http://localhost:8081/v1/events?a=b', '/v1/events?a=b'],
    ['HTTP://LOCALHOST:8081', '/'],
    ['http://localhost:8081?a=b', '/?a=b'],
    ['/v1/events?next=http://evil.example', '/v1/events?next=http://evil.example'],
    ['*', '*'],
  ])('leads to the path: %s', (url, target) => {
    expect(of(url)).toEqual({ kind: 'own', target });
  });

  it.each(['https://127.0.0.1:8081/', 'ftp://127.0.0.1:8081/', 'http:///health', 'http://a@127.0.0.1:8081/'])(
    'is invalid: %s',
    (url) => {
      expect(of(url).kind).toBe('invalid');
    },
  );
});
