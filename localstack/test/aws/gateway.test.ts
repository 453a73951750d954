import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway } from '../../src/aws/gateway.ts';
import { ServiceError } from '../../src/aws/service.ts';
import { Faults } from '../../src/faults.ts';
import { sendRaw, signedFor, silentLog } from '../tools/aws-fixture.ts';
import { openRaw, statusOfHead } from '../tools/raw-connection.ts';
import { until } from '../tools/until.ts';

let gateway: Gateway;
const faults = new Faults();
const toasted: string[] = [];
beforeAll(async () => {
  gateway = new Gateway({ port: 0, log: silentLog(), faults });
  gateway.addJson({
    scope: 'toaster',
    target: 'Toaster_2026',
    handle: async ({ operation, body }) => {
      toasted.push(JSON.stringify(body));
      if (operation === 'Burn') throw new ServiceError(400, 'TooDarkException', 'The toast is black.');
      return { operation, body };
    },
  });
  gateway.addStream({
    scope: 'kettle',
    handle: async () => {
      throw new Error('ENOSPC: the disk is full');
    },
    fail: (response, { status, code, message }) => response.writeHead(status).end(`<${code}>${message}</${code}>`),
  });
  gateway.setAdmin({ handle: async (request) => ({ status: 200, body: request }) });
  await gateway.start();
});
afterAll(() => gateway.stop());

const callToaster = (target: string, body = '{}', headers: Record<string, string> = {}) =>
  sendRaw({
    url: gateway.url,
    method: 'POST',
    headers: { ...signedFor('toaster'), 'x-amz-target': target, ...headers },
    body,
  });

describe('a request that a web page could send', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example:80'])(
    'is refused when it names the host %s',
    async (host) => {
      const answer = await callToaster('Toaster_2026.Toast', '{}', { host });

      expect(answer.status).toBe(403);
    },
  );

  it.each([
    ['two Host headers', ['Host: OWN', 'Host: OWN'], '/', 400],
    ['no Host header', [], '/', 400],
    ['an empty Host header', ['Host: '], '/', 400],
    ['a whole URL of another host', ['Host: OWN'], 'http://evil.example/', 403],
    ['a whole URL of its own', ['Host: OWN'], 'http://OWN/', 501],
  ])('has one valid host of our own: %s', async (_, headers, target, status) => {
    const own = (text: string): string => text.replaceAll('OWN', `127.0.0.1:${gateway.port}`);

    expect(await statusOfHead(gateway.url, [`GET ${own(target)} HTTP/1.1`, ...headers.map(own)])).toBe(status);
  });

  it('is refused when it carries an Origin, whatever it asks for', async () => {
    const origin = { origin: 'http://127.0.0.1' };

    const service = await callToaster('Toaster_2026.Toast', '{}', origin);
    const admin = await sendRaw({
      url: `${gateway.url}/_dataloaf/status`,
      headers: { ...origin, 'x-dataloaf-admin': '1' },
    });

    expect([service.status, admin.status]).toEqual([403, 403]);
  });

  it('does not reach the admin without its header', async () => {
    const without = await sendRaw({ url: `${gateway.url}/_dataloaf/status` });
    const withHeader = await sendRaw({
      url: `${gateway.url}/_dataloaf/status?a=b`,
      headers: { 'x-dataloaf-admin': '1' },
    });

    expect(without.status).toBe(403);
    expect(JSON.parse(withHeader.body)).toEqual({ method: 'GET', path: '/_dataloaf/status', body: {} });
  });
});

describe('a request of an AWS client', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])('is answered when it names the gateway as %s', async (name) => {
    const answer = await callToaster('Toaster_2026.Toast', '{"slices":2}', { host: `${name}:${gateway.port}` });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ operation: 'Toast', body: { slices: 2 } });
  });

  it('gets the errors of a service with their name and status', async () => {
    const answer = await callToaster('Toaster_2026.Burn');

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ __type: 'TooDarkException', message: 'The toast is black.' });
  });

  it('gets an unexpected failure as a 500 in the format of the service', async () => {
    const answer = await sendRaw({ url: gateway.url, method: 'POST', headers: signedFor('kettle') });

    expect(answer.status).toBe(500);
    expect(answer.body).toBe('<InternalError>ENOSPC: the disk is full</InternalError>');
  });

  it('gets an error for a body that is not JSON, which does not quote it', async () => {
    const answer = await callToaster('Toaster_2026.Toast', '{"secret');

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'SerializationException' });
    expect(answer.body).not.toContain('secret');
  });

  it('gets 501 that names a service which is not emulated, in the form of its protocol', async () => {
    const json = await sendRaw({ url: gateway.url, method: 'POST', headers: signedFor('dynamodb') });
    const query = await sendRaw({
      url: gateway.url,
      method: 'POST',
      headers: { ...signedFor('sts'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });
    const unsigned = await sendRaw({ url: gateway.url });

    expect([json.status, query.status, unsigned.status]).toEqual([501, 501, 501]);
    expect(JSON.parse(json.body)).toMatchObject({
      __type: 'NotImplemented',
      message: expect.stringContaining('dynamodb'),
    });
    expect(query.body).toMatch(/<Code>NotImplemented<\/Code><Message>.*'sts'/);
    expect(unsigned.body).toContain('without a SigV4 signature');
  });

  it('gets 501 for a target of another service', async () => {
    const answer = await callToaster('Kettle_2026.Boil');

    expect(answer.status).toBe(501);
    expect(answer.body).toContain('Kettle_2026.Boil');
  });

  it('gets 400 for a body that is larger than any call', async () => {
    const answer = await callToaster('Toaster_2026.Toast', `"${'x'.repeat(9 * 1024 * 1024)}"`);

    expect(answer.status).toBe(400);
  });
});

it.each([
  ['before', 0],
  ['after', 1],
] as const)(
  'a connection that breaks %s the work gives an error, and the work is done %i times',
  async (when, times) => {
    const body = JSON.stringify({ when });
    faults.add([{ kind: 'connection_breaks', service: 'toaster', when, times: 1 }]);

    const broken = fetch(gateway.url, {
      method: 'POST',
      headers: { ...signedFor('toaster'), 'x-amz-target': 'Toaster_2026.Toast' },
      body,
    }).then((answer) => answer.text());
    await expect(broken).rejects.toThrow(/fetch failed|terminated/);
    const done = toasted.filter((each) => each === body).length;
    const next = await callToaster('Toaster_2026.Toast', body);

    expect([done, next.status]).toEqual([times, 200]);
  },
);

it('a body that does not fit beside the others gets 503 with Retry-After', async () => {
  const bodies = { heldBytesMax: 10_000, silenceMs: 60_000, bodyMs: 60_000 };
  const small = new Gateway({ port: 0, log: silentLog(), bodies });
  small.addJson({ scope: 'toaster', target: 'Toaster_2026', handle: async () => ({}) });
  await small.start();
  const headers = { ...signedFor('toaster'), 'x-amz-target': 'Toaster_2026.Toast' };
  const head = ['POST / HTTP/1.1', `Host: 127.0.0.1:${small.port}`, 'Content-Length: 8000'];
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

  const slow = await openRaw(small.url, [...head, ...fields, '', ' '.repeat(7_000)].join('\r\n'));
  await until('the slow body to be held', async () => small.heldBytes > 0);
  const other = await sendRaw({ url: small.url, method: 'POST', headers, body: `"${'x'.repeat(5_000)}"` });
  slow.destroy();
  await until('the slow body to be given back', async () => small.heldBytes === 0);
  const again = await sendRaw({ url: small.url, method: 'POST', headers, body: '{}' });

  expect([other.status, other.headers['retry-after'], again.status]).toEqual([503, '1', 200]);
  await small.stop();
});

it('says which port is taken when it cannot have it', async () => {
  const second = new Gateway({ port: gateway.port, log: silentLog() });

  await expect(second.start()).rejects.toMatchObject({ code: 'port_in_use' });
});
