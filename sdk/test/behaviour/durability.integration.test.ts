import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/disk.ts';
import type { Degradation } from '../../src/types.ts';
import { acceptAll, apiError, idOfItem } from '../tools/api-server.ts';
import {
  aClient,
  aDisk,
  aFolder,
  anApi,
  diskError,
  filesIn,
  KEY,
  NOWHERE,
  runScript,
  until,
} from '../tools/test-client.ts';

const segmentsIn = (dir: string): readonly string[] => filesIn(dir).filter((name) => name.endsWith('.log'));

describe('durability', () => {
  it('keeps items that the API has not acknowledged across a SIGKILL', async () => {
    const api = await anApi(() => apiError(500, 'internal'));
    const dir = aFolder();
    const script = runScript('capture-script.ts', {
      DIR: dir,
      MODE: 'until-killed',
      DATALOAF_ENDPOINT: api.endpoint,
      DATALOAF_SERVER_KEY: KEY,
    });
    await until(() => script.output().split('\n').length > 20, 20_000);
    script.child.kill('SIGKILL');
    await script.ended;
    const answered = script.output().split('\n').slice(0, -1);

    api.respond = () => undefined;
    const { client, drops } = aClient({ endpoint: api.endpoint, dir });
    await until(() => answered.every((id) => api.accepted.some((item) => item.event_id === id)));

    expect(drops).toEqual([]);
    await client.shutdown();
    expect(segmentsIn(dir)).toEqual([]);
  });

  it.each(['end', 'process-exit'])(
    'has everything on disk when a process ends by %s without shutdown',
    async (mode) => {
      const dir = aFolder();
      const env = { DIR: dir, MODE: mode, COUNT: '200', DATALOAF_ENDPOINT: NOWHERE, DATALOAF_SERVER_KEY: KEY };
      const script = runScript('capture-script.ts', env);
      expect(await script.ended).toBe(0);
      const ids = script.output().trim().split('\n');

      const api = await anApi();
      const { client } = aClient({ endpoint: api.endpoint, dir });
      await client.shutdown();
      expect(api.accepted).toEqual([]);

      // The journal belongs to another address, so only a client with that address adopts it.
      const seen = aClient({ endpoint: NOWHERE, dir, retry: { minDelay: 1, maxDelay: 1 } });
      await until(() => seen.client.stats().adoptedFolders === 1);
      const text = segmentsIn(dir)
        .map((name) => fs.readFileSync(path.join(dir, name), 'latin1'))
        .join('');
      expect(ids).toHaveLength(200);
      expect(ids.filter((id) => !text.includes(id))).toEqual([]);
    },
  );

  it('leaves the rest on disk when it is shut down during an outage of the API, and delivers it after a restart', async () => {
    const api = await anApi();
    const dir = aFolder();
    await api.stop();
    const first = aClient({ endpoint: api.endpoint, dir });
    const ids = Array.from({ length: 1_200 }, (_, index) => {
      return first.client.createEvent({ name: 'paid', userId: 'u1', attributes: { index } }).id;
    });
    const result = await first.client.shutdown({ timeout: 50 });
    expect(result).toMatchObject({ delivered: 0, persisted: 1_200, dropped: 0 });
    expect(result.pendingBytes).toBeGreaterThan(1_200 * 100);

    await api.start();
    const second = aClient({ endpoint: api.endpoint, dir });
    const after = await second.client.shutdown();

    expect(api.accepted.map(idOfItem).sort()).toEqual([...ids].sort());
    expect(after).toEqual({ delivered: 1_200, persisted: 0, dropped: 0, pendingBytes: 0 });
    expect(filesIn(dir)).toEqual(['.gitignore']);
  });

  it('sends after a restart only the unsettled items', async () => {
    const api = await anApi(({ items }) => (items.length < 100 ? undefined : apiError(500, 'internal')));
    const dir = aFolder();
    const first = aClient({ endpoint: api.endpoint, dir, flushAt: 100, maxInFlight: 1, flushInterval: 0 });
    first.client.createEvent({ name: 'early', userId: 'u1' });
    await first.client.flush();
    for (let index = 0; index < 100; index += 1) first.client.createEvent({ name: 'late', userId: 'u1' });
    await first.client.shutdown({ timeout: 30 });

    api.respond = () => undefined;
    await aClient({ endpoint: api.endpoint, dir }).client.shutdown();

    expect(api.accepted.map(({ event_name }) => event_name).filter((name) => name === 'early')).toHaveLength(1);
    expect(new Set(api.accepted.map(idOfItem)).size).toBe(101);
  });

  it('keeps personal data from other users of the machine', async () => {
    const { client, dir } = aClient({ endpoint: NOWHERE });

    await client.createEvent({ name: 'paid', userId: 'u1' }).persisted;

    for (const name of filesIn(dir).filter((each) => each !== '.gitignore')) {
      const stat = fs.statSync(path.join(dir, name));
      expect(stat.mode & 0o777).toBe(stat.isDirectory() ? 0o700 : 0o600);
    }
  });

  it('reads items that have left memory back from disk, in order and unchanged', async () => {
    let isDown = true;
    const api = await anApi((request) => (isDown ? apiError(500, 'internal') : acceptAll(request)));
    const { client } = aClient({ endpoint: api.endpoint, maxMemoryBytes: 65_536, maxBatchBytes: 20_000 });
    const ids: string[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      ids.push(client.createEvent({ name: 'paid', userId: 'ü1', attributes: { index, text: 'é'.repeat(50) } }).id);
      expect(client.stats().memoryBytes).toBeLessThanOrEqual(65_536);
    }
    expect(client.stats().diskBytes).toBeGreaterThan(700_000);

    isDown = false;
    await client.flush();

    expect(new Set(api.accepted.map(idOfItem))).toEqual(new Set(ids));
    expect(api.accepted).toHaveLength(5_000);
    expect(api.accepted.every((item) => JSON.stringify(item).includes('é'.repeat(50)))).toBe(true);
  });

  it('deletes segments that are settled', async () => {
    const api = await anApi();
    const { client, dir } = aClient({ endpoint: api.endpoint, maxDiskBytes: 2 ** 20 });

    for (let round = 0; round < 8; round += 1) {
      for (let index = 0; index < 200; index += 1) {
        client.createEvent({ name: 'paid', userId: 'u1', attributes: { text: 'x'.repeat(500) } });
      }
      await client.flush();
    }

    await until(() => segmentsIn(dir).length <= 2);
    expect(client.stats()).toMatchObject({ delivered: 1_600, pendingItems: 0 });
  });

  it.each(['ENOSPC', 'EROFS', 'EIO'])(
    'continues in memory when the disk fails with %s, and reports that once',
    async (code) => {
      const changes: Degradation[] = [];
      const fail = (): never => {
        throw diskError(code);
      };
      const disk = aDisk({ write: async () => fail(), writeSync: fail, createSync: fail });
      const api = await anApi();
      const onDegraded = (degradation: Degradation): void => void changes.push(degradation);
      const { client, drops } = aClient({ endpoint: api.endpoint, onDegraded }, { disk });

      const captured = [1, 2, 3].map((index) => client.createEvent({ name: 'paid', userId: `u${index}` }));
      expect(await Promise.all(captured.map(({ persisted }) => persisted))).toEqual(['memory', 'memory', 'memory']);
      expect(await client.createEvent({ name: 'paid', userId: 'u4' }).persisted).toBe('memory');
      await client.flush();

      expect(changes).toEqual([{ mode: 'memory', code, message: expect.any(String) }]);
      expect(api.accepted).toHaveLength(4);
      expect(drops).toEqual([]);
    },
  );

  it('works with a folder that cannot be made', async () => {
    const file = path.join(aFolder(), 'file');
    fs.writeFileSync(file, '');
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint, dir: path.join(file, 'below') });

    expect(await client.createEvent({ name: 'paid', userId: 'u1' }).persisted).toBe('memory');
    await client.flush();

    expect(api.accepted).toHaveLength(1);
  });

  it('reports which items are lost when it is shut down without a disk and without the API', async () => {
    const fail = (): never => {
      throw diskError('ENOSPC');
    };
    const disk = aDisk({ createSync: fail });
    const { client, drops } = aClient({ endpoint: NOWHERE }, { disk });
    const { id, persisted } = client.createEvent({ name: 'paid', userId: 'u1' });
    await persisted;

    const result = await client.shutdown({ timeout: 20 });

    expect(result).toEqual({ delivered: 0, persisted: 0, dropped: 1, pendingBytes: 0 });
    expect(drops).toMatchObject([{ id, reason: 'lost' }]);
  });

  it('continues where a short write stopped', async () => {
    const disk = aDisk({ write: (fd, bytes, position) => nodeDisk.write(fd, bytes.subarray(0, 7), position) });
    const dir = aFolder();
    const first = aClient({ endpoint: NOWHERE, dir }, { disk });
    const captured = Array.from({ length: 20 }, () => first.client.createEvent({ name: 'paid', userId: 'u1' }));
    expect(await captured.at(-1)?.persisted).toBe('disk');

    const [segment = ''] = segmentsIn(dir);
    const text = fs.readFileSync(path.join(dir, segment), 'latin1');

    expect(captured.filter(({ id }) => !text.includes(id))).toEqual([]);
  });

  it('writes a group again into a new segment when its sync fails', async () => {
    let syncs = 0;
    const dataSync = async (fd: number): Promise<void> => {
      syncs += 1;
      if (syncs === 2) throw diskError('EIO');
      await nodeDisk.dataSync(fd);
    };
    const api = await anApi(() => apiError(500, 'internal'));
    const { client, dir } = aClient({ endpoint: api.endpoint, durability: 'fsync' }, { disk: aDisk({ dataSync }) });

    for (let round = 0; round < 4; round += 1) {
      expect(await client.createEvent({ name: 'paid', userId: 'u1' }).persisted).toBe('disk');
    }
    expect(segmentsIn(dir)).toHaveLength(2);
    api.respond = () => undefined;
    await client.flush();

    expect(new Set(api.accepted.map(idOfItem)).size).toBe(4);
  });

  it('keeps the records after a damaged one, and sets the damage aside', async () => {
    const dir = aFolder();
    const api = await anApi();
    // A request that shutdown ends could still be accepted.
    await api.stop();
    const first = aClient({ endpoint: api.endpoint, dir });
    const ids = ['a', 'b', 'c'].map((name) => first.client.createEvent({ name, userId: 'u1' }).id);
    await first.client.shutdown({ timeout: 0 });
    const [segment = ''] = segmentsIn(dir);
    const file = path.join(dir, segment);
    const bytes = fs.readFileSync(file);
    const at = bytes.indexOf('"event_name":"b"') + 14;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);

    await api.start();
    const second = aClient({ endpoint: api.endpoint, dir });
    await second.client.shutdown();

    expect(api.accepted.map(idOfItem)).toEqual([ids[0], ids[2]]);
    expect(second.drops).toMatchObject([{ id: ids[1], kind: null, reason: 'corrupt' }]);
    expect(filesIn(dir).filter((name) => name.startsWith('quarantine/'))).toHaveLength(1);
  });

  it('drops the newest items when the journal is full, and reports them', async () => {
    const { client, drops } = aClient({ endpoint: NOWHERE, maxDiskBytes: 2 ** 20, maxMemoryBytes: 2 ** 20 });
    const text = 'x'.repeat(10_000);
    const captured = Array.from({ length: 150 }, () =>
      client.createEvent({ name: 'paid', userId: 'u1', attributes: { text } }),
    );
    const answers = await Promise.all(captured.map(({ persisted }) => persisted));
    await until(() => drops.length > 0);

    const dropped = captured.filter((_, index) => answers[index] === 'dropped').map(({ id }) => id);
    expect(dropped.length).toBeGreaterThan(30);
    expect(answers.lastIndexOf('disk')).toBeLessThan(answers.indexOf('dropped'));
    expect(drops.map(({ id, reason }) => ({ id, reason }))).toEqual(dropped.map((id) => ({ id, reason: 'overflow' })));
  });

  it('drops the oldest items with drop-oldest, and keeps the newest', async () => {
    const dir = aFolder();
    const { client, drops } = aClient({
      endpoint: NOWHERE,
      dir,
      maxDiskBytes: 2 ** 20,
      overflow: 'drop-oldest',
      maxBatchBytes: 10_240,
    });
    const text = 'x'.repeat(10_000);
    let last = '';
    for (let index = 0; index < 200; index += 1) {
      const { id, persisted } = client.createEvent({ name: 'paid', userId: 'u1', attributes: { text, index } });
      if ((await persisted) === 'disk') last = id;
    }
    await until(() => drops.length >= 80);

    expect(drops.every(({ reason }) => reason === 'overflow')).toBe(true);
    expect(client.stats().diskBytes).toBeLessThan(1.2 * 2 ** 20);
    const kept = segmentsIn(dir)
      .map((name) => fs.readFileSync(path.join(dir, name), 'latin1'))
      .join('');
    expect(kept).toContain(last);
  });

  it('resolves whenWritable() when there is room again', async () => {
    let isDown = true;
    const api = await anApi((request) => (isDown ? apiError(500, 'internal') : acceptAll(request)));
    const { client } = aClient({
      endpoint: api.endpoint,
      durability: 'memory',
      maxMemoryBytes: 65_536,
      maxBatchBytes: 1_024,
      maxInFlight: 1,
    });
    while (client.stats().memoryBytes < 50_000) {
      client.createEvent({ name: 'paid', userId: 'u1', attributes: { text: 'x'.repeat(400) } });
      await new Promise(setImmediate);
    }
    let isWritable = false;
    const waiting = client.whenWritable().then(() => {
      isWritable = true;
    });
    await until(() => api.requests.length > 3);
    expect(isWritable).toBe(false);

    isDown = false;
    await waiting;

    expect(client.stats().memoryBytes).toBeLessThan(50_000);
  });
});
