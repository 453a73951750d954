import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/disk.ts';
import { apiError, idOfItem } from '../tools/api-server.ts';
import { aClient, aDisk, aFolder, anApi, diskError, NOWHERE, runScript, until } from '../tools/test-client.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const paid = { name: 'paid', userId: 'u1' };

/** Whether each promise has settled once the callbacks of those that have are run. */
async function areSettled(promises: readonly Promise<unknown>[]): Promise<readonly boolean[]> {
  const settled = promises.map(() => false);
  for (const [index, promise] of promises.entries()) void promise.finally(() => (settled[index] = true));
  await new Promise(setImmediate);
  return settled;
}

describe('shutdown', () => {
  it('releases everybody who waits, and leaves no promise behind', async () => {
    const { client } = aClient({ endpoint: NOWHERE, durability: 'memory', maxMemoryBytes: 65_536 });
    const text = 'x'.repeat(5_000);
    while (client.stats().memoryBytes < 50_000) client.createEvent({ ...paid, attributes: { text } });
    const waiting = [
      client.flush(),
      client.flush({ timeout: 3_600_000 }),
      client.whenWritable(),
      client.resendDeadLetters(),
      client.createEvent(paid).persisted,
    ];

    await client.shutdown({ timeout: 20 });

    const after = [client.flush(), client.flush({ timeout: 9 }), client.whenWritable(), client.resendDeadLetters()];
    expect(await areSettled([...waiting, ...after])).toEqual(Array(9).fill(true));
  });

  it('releases those who wait for a disk that hangs, and keeps what a synchronous write can save', async () => {
    const dir = aFolder();
    const disk = aDisk({ write: never, replace: never, append: never });
    const { client } = aClient({ endpoint: NOWHERE, dir }, { disk });
    const { persisted } = client.createEvent(paid);
    const waiting = [client.flush(), persisted];
    await new Promise((resolve) => setTimeout(resolve, 20));

    const result = await client.shutdown({ timeout: 10 });

    expect(await areSettled(waiting)).toEqual([true, true]);
    expect([result.persisted, await persisted]).toEqual([1, 'disk']);
  });

  it('lets a flush that is called meanwhile wait for it, unless its timeout is over before', async () => {
    const { client } = aClient({ endpoint: NOWHERE });
    client.createEvent(paid);
    const ended: string[] = [];

    const ending = client.shutdown({ timeout: 200 }).finally(() => ended.push('shutdown'));
    const flushed = client.flush({ timeout: 10_000 }).finally(() => ended.push('flush'));
    const early = await client.flush({ timeout: 5 }).finally(() => ended.push('early flush'));

    expect(await flushed).toEqual(await ending);
    expect(early).toMatchObject({ delivered: 0, persisted: 1, dropped: 0 });
    expect(ended).toEqual(['early flush', 'shutdown', 'flush']);
  });

  it('lets flush resolve at once afterwards', async () => {
    const { client } = aClient({ endpoint: NOWHERE });
    client.createEvent(paid);
    const result = await client.shutdown({ timeout: 0 });

    expect(await client.flush()).toBeUndefined();
    expect(await client.flush({ timeout: 1_000 })).toEqual(result);
    expect(result).toMatchObject({ delivered: 0, persisted: 1, dropped: 0 });
  });

  it('waits as long as it takes with a timeout that no timer can hold', async () => {
    const api = await anApi((_, count) => (count < 4 ? apiError(500, 'internal') : undefined));
    const { client } = aClient({ endpoint: api.endpoint });
    client.createEvent(paid);

    expect(await client.shutdown({ timeout: Number.POSITIVE_INFINITY })).toMatchObject({ delivered: 1, persisted: 0 });
  });

  it('sends what is captured meanwhile', async () => {
    const api = await anApi((_, count) => (count < 4 ? apiError(500, 'internal') : undefined));
    const { client, drops } = aClient({ endpoint: api.endpoint });
    const ids = [client.createEvent(paid).id];

    const ending = client.shutdown();
    await until(() => api.requests.length > 1);
    ids.push(client.createEvent(paid).id, client.updateUser('u1', { plan: 'pro' }).id);

    expect(await ending).toEqual({ delivered: 3, persisted: 0, dropped: 0, pendingBytes: 0 });
    expect(api.accepted.map(idOfItem).sort()).toEqual(ids.sort());
    expect(drops).toEqual([]);
  });

  it('writes what is captured afterwards to the disk, for the next client', async () => {
    const api = await anApi();
    const dir = aFolder();
    const first = aClient({ endpoint: api.endpoint, dir });
    await first.client.shutdown();
    const late = [first.client.createEvent(paid), first.client.createUser('u1'), first.client.createEvent(paid)];

    expect(await Promise.all(late.map(({ persisted }) => persisted))).toEqual(['disk', 'disk', 'disk']);
    expect(first.client.stats()).toMatchObject({ captured: 3, delivered: 0, pendingItems: 3 });
    const second = aClient({ endpoint: api.endpoint, dir });
    await second.client.shutdown();

    expect(api.accepted.map(idOfItem).sort()).toEqual(late.map(({ id }) => id).sort());
    expect([...first.drops, ...second.drops]).toEqual([]);
  });

  it('hands what is captured afterwards to a client that runs already', async () => {
    const api = await anApi();
    const dir = aFolder();
    const first = aClient({ endpoint: api.endpoint, dir });
    await first.client.shutdown();
    const second = aClient({ endpoint: api.endpoint, dir });
    const { id } = first.client.createEvent(paid);

    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await second.client.shutdown();

    expect(api.accepted.map(idOfItem)).toEqual([id]);
  });

  it('keeps what is captured afterwards in memory while the disk fails, and writes it when the disk works', async () => {
    let isFull = true;
    const dir = aFolder();
    const createSync = (path: string): number => {
      if (isFull) throw diskError('ENOSPC');
      return nodeDisk.createSync(path);
    };
    const first = aClient({ endpoint: NOWHERE, dir }, { disk: aDisk({ createSync }) });
    await first.client.shutdown({ timeout: 0 });
    expect(await first.client.createEvent(paid).persisted).toBe('memory');

    isFull = false;
    first.client.createEvent(paid);
    const second = aClient({ endpoint: NOWHERE, dir, retry: { minDelay: 1, maxDelay: 1 } });
    await until(() => second.client.stats().adoptedFolders === 1);

    expect(first.drops).toEqual([]);
  });
});

describe('flush with a timeout', () => {
  it('resolves when everything is delivered, with the counts of shutdown', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint, flushInterval: 60_000 });
    client.createEvent(paid);
    client.createEvent({ name: '', userId: 'u1' });

    const result = await client.flush({ timeout: 60_000 });

    expect(result).toEqual({ delivered: 1, persisted: 0, dropped: 1, pendingBytes: 0 });
    expect(api.accepted).toHaveLength(1);
  });

  it.each([
    ['os' as const, 3],
    ['memory' as const, 0],
  ])(
    'resolves at its end while the API is down (durability %s), and goes on sending',
    async (durability, persisted) => {
      const api = await anApi();
      await api.stop();
      const { client, drops } = aClient({ endpoint: api.endpoint, durability });
      for (let index = 0; index < 3; index += 1) client.createEvent(paid);

      const startedMs = Date.now();
      const result = await client.flush({ timeout: 30 });

      expect(Date.now() - startedMs).toBeLessThan(5_000);
      expect(result).toEqual({ delivered: 0, persisted, dropped: 0, pendingBytes: expect.any(Number) });
      expect(result.pendingBytes).toBeGreaterThan(300);
      await api.start();
      expect(await client.flush({ timeout: 30_000 })).toMatchObject({ delivered: 3, persisted: 0, pendingBytes: 0 });
      expect(drops).toEqual([]);
    },
  );

  it.each([0, -1, Number.NaN])('takes %d as no time at all, and has everything on disk', async (timeout) => {
    const { client } = aClient({ endpoint: NOWHERE });
    const { persisted } = client.createEvent(paid);

    expect(await client.flush({ timeout })).toMatchObject({ delivered: 0, persisted: 1 });
    expect(await persisted).toBe('disk');
  });

  it('leaves nothing behind of the many calls during an outage', async () => {
    const api = await anApi();
    await api.stop();
    const { client } = aClient({ endpoint: api.endpoint, durability: 'memory', flushInterval: 3_600_000 });
    client.createEvent(paid);
    for (let call = 0; call < 20; call += 1) await client.flush({ timeout: 1 });

    await api.start();
    await client.flush();
    const requests = api.requests.length;
    client.createEvent(paid);
    await new Promise((resolve) => setTimeout(resolve, 50));

    // A call that still waited would have a partial batch sent at once.
    expect(api.requests).toHaveLength(requests);
  });
});

describe('a process', () => {
  it('ends by itself after a shutdown, though a flush was waiting for an API that is down', async () => {
    const env = {
      DIR: aFolder(),
      MODE: 'flush-and-shutdown',
      DATALOAF_ENDPOINT: NOWHERE,
      DATALOAF_SERVER_KEY: 'dl_s_x',
    };

    const script = runScript('ending-script.ts', env);

    expect(await script.ended).toBe(0);
    expect(script.output().trim().split('\n')).toEqual(['shut down', 'flushed']);
  });
});
