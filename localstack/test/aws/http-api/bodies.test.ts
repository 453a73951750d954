import { afterEach, describe, expect, it } from 'vitest';
import type { HttpApi } from '../../../src/aws/http-api/api.ts';
import type { InvokeResult } from '../../../src/aws/lambda/runner.ts';
import { anApi, stopApis } from '../../tools/an-http-api.ts';
import { sendRaw } from '../../tools/aws-fixture.ts';
import { openRaw } from '../../tools/raw-connection.ts';
import { until } from '../../tools/until.ts';

afterEach(stopApis);

describe('a body', () => {
  const LIMITS = { heldBytesMax: 200_000, strangerBytesMax: 100_000, silenceMs: 700, bodyMs: 5_000 };
  const UNAUTHORIZED: InvokeResult = { kind: 'ok', payload: { statusCode: 401, body: '{}' } };
  const head = (api: HttpApi, bytes: number, more: readonly string[] = []): string =>
    ['POST /v1/events HTTP/1.1', `Host: 127.0.0.1:${api.port}`, `Content-Length: ${bytes}`, ...more, '', ''].join(
      '\r\n',
    );
  const bodyOf = (event: unknown): unknown => Object(event)['body'];

  it('of an unknown key is never awaited: the function refuses the request without it', async () => {
    const { api, calls } = await anApi(UNAUTHORIZED, { senderOf: () => 'unknown_key' });

    const connection = await openRaw(api.url, head(api, 9_000_000));
    const status = await connection.status();
    connection.destroy();

    expect(status).toBe(401);
    expect(calls.map(({ event }) => bodyOf(event))).toEqual([undefined]);
  });

  it('of a key that only the function knows is passed to it', async () => {
    const { api } = await anApi(
      async (event) => ({ kind: 'ok', payload: { statusCode: bodyOf(event) === undefined ? 400 : 200 } }),
      { senderOf: () => 'unknown_key' },
    );

    const answer = await sendRaw({ url: `${api.url}/v1/events`, method: 'POST', body: '{"events":[]}' });

    expect(answer.status).toBe(200);
  });

  it('is not asked for when its sender waits for that and the key is unknown', async () => {
    const { api } = await anApi(UNAUTHORIZED, { senderOf: () => 'unknown_key' });

    const connection = await openRaw(api.url, head(api, 5_000_000, ['Expect: 100-continue']));
    const status = await connection.status();
    connection.destroy();

    expect([status, connection.received()]).toEqual([401, expect.not.stringContaining('100 Continue')]);
  });

  it('is asked for when its sender waits for that', async () => {
    const { api } = await anApi();

    const connection = await openRaw(api.url, head(api, 2, ['Expect: 100-continue']));
    const first = await connection.status();
    connection.write('{}');
    const second = await connection.status();
    connection.destroy();

    expect([first, second]).toEqual([100, 200]);
  });

  it('that announces more than 10 MB is refused before a byte of it', async () => {
    const { api, calls } = await anApi();

    const connection = await openRaw(api.url, head(api, 10 * 1024 * 1024 + 1));
    const status = await connection.status();
    connection.destroy();

    expect([status, calls]).toEqual([413, []]);
  });

  it('of many slow strangers fills only their share; they are cut off, and their memory is given back', async () => {
    const { api } = await anApi(undefined, {
      bodies: LIMITS,
      senderOf: (_, { authorization }) => (authorization === undefined ? 'stranger' : 'known'),
    });
    const known = () =>
      sendRaw({
        url: `${api.url}/v1/events`,
        method: 'POST',
        headers: { authorization: 'Bearer k' },
        body: Buffer.alloc(50_000),
      });

    const strangers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const connection = await openRaw(api.url, head(api, 20_000));
        connection.write(Buffer.alloc(10_000));
        return connection;
      }),
    );
    const during = await known();
    const statuses = await Promise.all(strangers.map((connection) => connection.status()));
    for (const connection of strangers) connection.destroy();
    const after = await sendRaw({ url: `${api.url}/v1/events`, method: 'POST', body: Buffer.alloc(90_000) });

    expect(during.status).toBe(200);
    expect(new Set(statuses)).toEqual(new Set([503, 408]));
    expect(statuses.filter((status) => status === 408).length).toBeLessThanOrEqual(9);
    expect(strangers[statuses.indexOf(503)]?.received().toLowerCase()).toContain('retry-after: 1');
    expect([after.status, api.heldBytes]).toEqual([200, 0]);
  });

  it('that comes a byte at a time for ever is cut off', async () => {
    const { api } = await anApi(undefined, { bodies: { ...LIMITS, silenceMs: 1_000, bodyMs: 200 } });

    const connection = await openRaw(api.url, head(api, 1_000));
    const drip = setInterval(() => connection.write('x'), 20);
    const status = await connection.status();
    clearInterval(drip);
    connection.destroy();

    expect(status).toBe(408);
  });

  it('counts until its request is answered, so that what is made of it is bounded too', async () => {
    let answer = (_: InvokeResult): void => undefined;
    const answered = new Promise<InvokeResult>((resolve) => {
      answer = resolve;
    });
    const { api } = await anApi(() => answered, { bodies: LIMITS });
    const send = () => sendRaw({ url: `${api.url}/v1/events`, method: 'POST', body: Buffer.alloc(60_000) });

    const first = send();
    await until('the first body to be held', async () => api.heldBytes >= 60_000);
    const second = await send();
    answer({ kind: 'ok', payload: { statusCode: 200 } });

    expect([second.status, (await first).status, api.heldBytes]).toEqual([503, 200, 0]);
  });

  it('of a sender that goes away is given back', async () => {
    const { api } = await anApi(undefined, { bodies: { ...LIMITS, silenceMs: 5_000, bodyMs: 5_000 } });
    const connection = await openRaw(api.url, head(api, 20_000));
    connection.write(Buffer.alloc(10_000));
    await until('the body to be held', async () => api.heldBytes > 0);

    connection.destroy();

    await until('the body to be given back', async () => api.heldBytes === 0);
  });
});
