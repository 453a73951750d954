import type { S3Client } from '@aws-sdk/client-s3';
import { KEYS_CACHE_MS } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import { bearerOf, createAuthorize } from '../../src/lambda/authorize.ts';
import { createKey, type StoredKey } from '../../src/lambda/keys.ts';

const server = createKey('server');
const secondServer = createKey('server');
const browser = createKey('browser');
const ALL = [server.stored, secondServer.stored, browser.stored];

/** A bucket with `keys`, and a clock. Set `keys` to an error to make reads fail. */
function aWorld(keys: readonly StoredKey[] | Error = ALL) {
  const world = { keys, nowMs: 1_000_000, reads: 0, warnings: [] as string[] };
  const send = async (): Promise<object> => {
    world.reads += 1;
    const { keys: stored } = world;
    if (stored instanceof Error) throw stored;
    return { Body: { transformToString: async () => JSON.stringify({ keys: stored }) } };
  };
  const authorize = createAuthorize({
    s3: { send } as unknown as S3Client,
    bucket: 'dl-events',
    now: () => world.nowMs,
    log: { warn: (_: object, message: string) => world.warnings.push(message) } as never,
  });
  return { world, authorize };
}

describe('authorize', () => {
  it('accepts each of several active keys', async () => {
    const { authorize } = aWorld();

    expect(await authorize(server.key, 'server')).toEqual(server.stored);
    expect(await authorize(secondServer.key, 'server')).toEqual(secondServer.stored);
    expect(await authorize(browser.key, 'browser')).toEqual(browser.stored);
  });

  it('refuses a missing key with 401, without reading the keys', async () => {
    const { world, authorize } = aWorld();

    await expect(authorize(undefined, 'server')).rejects.toMatchObject({ status: 401, code: 'key_unknown' });
    expect(world.reads).toBe(0);
  });

  it('refuses an unknown key with 401 and says where the key belongs', async () => {
    const { authorize } = aWorld();
    const unknown = createKey('server').key;

    await expect(authorize(unknown, 'server')).rejects.toMatchObject({
      status: 401,
      code: 'key_unknown',
      hint: expect.stringContaining('Authorization: Bearer'),
    });
    await expect(authorize(unknown, 'browser')).rejects.toMatchObject({ hint: expect.stringContaining('in the body') });
  });

  it('never repeats the sent key in an error', async () => {
    const { authorize } = aWorld();
    const unknown = createKey('server').key;

    const error = await authorize(unknown, 'server').catch((caught: unknown) => caught);

    expect(JSON.stringify(error) + String(error)).not.toContain(unknown);
  });

  it('refuses a key of the wrong kind with 403', async () => {
    const { authorize } = aWorld();

    await expect(authorize(browser.key, 'server')).rejects.toMatchObject({ status: 403, code: 'key_wrong_kind' });
    await expect(authorize(server.key, 'browser')).rejects.toMatchObject({ status: 403, code: 'key_wrong_kind' });
  });
});

describe('the cached keys', () => {
  it('are read once for all requests of a minute', async () => {
    const { world, authorize } = aWorld();

    await Promise.all([authorize(server.key, 'server'), authorize(browser.key, 'browser')]);
    world.nowMs += KEYS_CACHE_MS - 1;
    await authorize(server.key, 'server');

    expect(world.reads).toBe(1);
  });

  it('expire after a minute: a revoked key is refused from then on, a new one accepted', async () => {
    const { world, authorize } = aWorld([server.stored]);
    await authorize(server.key, 'server');
    world.keys = [secondServer.stored];

    world.nowMs += KEYS_CACHE_MS;

    await expect(authorize(server.key, 'server')).rejects.toMatchObject({ status: 401 });
    expect(await authorize(secondServer.key, 'server')).toEqual(secondServer.stored);
  });

  it('stay valid while the keys cannot be read, and are read again a minute later', async () => {
    const { world, authorize } = aWorld();
    await authorize(server.key, 'server');
    world.keys = new Error('S3 is down');

    world.nowMs += KEYS_CACHE_MS;
    await authorize(server.key, 'server');
    await authorize(server.key, 'server');
    world.nowMs += KEYS_CACHE_MS;
    await authorize(server.key, 'server');

    expect(world.reads).toBe(3);
    expect(world.warnings).toEqual(['keys not read, cached keys kept', 'keys not read, cached keys kept']);
  });

  it('are tried again by the next request when the first read fails, which gets 503', async () => {
    const { world, authorize } = aWorld(new Error('S3 is down'));

    await expect(authorize(server.key, 'server')).rejects.toMatchObject({ status: 503, code: 'keys_unreadable' });
    world.keys = ALL;

    expect(await authorize(server.key, 'server')).toEqual(server.stored);
  });

  it('count as unreadable when the object is not in our format', async () => {
    const { authorize } = aWorld([{ ...server.stored, sha256: 'short' }]);

    await expect(authorize(server.key, 'server')).rejects.toMatchObject({ status: 503, code: 'keys_unreadable' });
  });
});

describe('the bearer token', () => {
  const request = (authorization: string | undefined) => ({
    routeKey: 'POST /v1/events',
    headers: { authorization },
    requestContext: { requestId: 'r1' },
    isBase64Encoded: false,
  });

  it.each([
    ['Bearer dl_s_1', 'dl_s_1'],
    ['bearer   dl_s_1 ', 'dl_s_1'],
    ['BEARER dl_s_1', 'dl_s_1'],
    [' Bearer\tdl_s_1\t', 'dl_s_1'],
    ['Basic dl_s_1', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, token) => {
    expect(bearerOf(request(header))).toBe(token);
  });
});
