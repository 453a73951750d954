import { afterEach, expect, it } from 'vitest';
import { start, statusOfHead, stopAll } from '../running-insights.ts';

afterEach(stopAll);

it.each([
  ['two Host headers', ['Host: OWN', 'Host: OWN'], '/', 400],
  ['no Host header', [], '/', 400],
  ['an empty Host header', ['Host:'], '/', 400],
  ['a whole URL of its own', ['Host: OWN'], 'http://OWN/api/events', 200],
  ['a whole URL of another host', ['Host: OWN'], 'http://evil.example/api/events', 403],
])('serves one valid host of its own: %s', async (_, headers, target, status) => {
  const url = await start();
  const own = (text: string): string => text.replaceAll('OWN', new URL(url).host);

  expect(await statusOfHead(url, [`GET ${own(target)} HTTP/1.1`, ...headers.map(own)])).toBe(status);
});

it('a server for other machines needs one valid host too, whichever it is', async () => {
  const url = await start({ host: '0.0.0.0' });

  expect(await statusOfHead(url, ['GET / HTTP/1.1', 'Host: insights.example'])).toBe(200);
  expect(await statusOfHead(url, ['GET / HTTP/1.1', 'Host: insights.example', 'Host: insights.example'])).toBe(400);
});
