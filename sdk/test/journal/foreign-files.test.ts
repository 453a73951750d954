import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAMAGED_BYTES_MAX } from '../../src/limits.ts';
import { idOfItem } from '../tools/api-server.ts';
import { aClient, aFolder, anApi, filesIn, NOWHERE, type TestClient, until } from '../tools/test-client.ts';

/** A journal that a client has left, with 50 items. */
async function aLeftJournal() {
  const api = await anApi();
  await api.stop();
  const dir = aFolder();
  const { client } = aClient({ endpoint: api.endpoint, dir });
  const ids = Array.from({ length: 50 }, () => client.createEvent({ name: 'paid', userId: 'u1' }).id);
  await client.shutdown({ timeout: 0 });
  await api.start();
  const [name = ''] = fs.readdirSync(dir).filter((each) => /^[0-9a-f]{16}\./.test(each));
  const folder = path.join(dir, name);
  const sendAll = async (): Promise<readonly string[]> => {
    const next = aClient({ endpoint: api.endpoint, dir });
    await next.client.shutdown();
    return api.accepted.map(idOfItem);
  };
  return { api, dir, folder, ids, sendAll };
}

describe('what a file of a journal says', () => {
  it.each([
    '9007199254740991',
    '9999999999999999',
    '1000000',
    '1e3',
    '0x20',
    '-5',
    '',
    'x',
    '50 '.padEnd(100),
    'NaN',
    'Infinity',
  ])('skips no record, when the cursor is %j', async (text) => {
    const { folder, ids, sendAll } = await aLeftJournal();
    fs.writeFileSync(path.join(folder, 'cursor'), text);

    expect(await sendAll()).toEqual(ids);
  });

  it('skips the records up to a cursor within the journal', async () => {
    const { folder, ids, sendAll } = await aLeftJournal();
    fs.writeFileSync(path.join(folder, 'cursor'), '20\n');

    expect(await sendAll()).toEqual(ids.slice(20));
  });

  it('does not stop at a cursor or a segment that is a folder, or at a name beyond 2^53', async () => {
    const { folder, ids, sendAll } = await aLeftJournal();
    fs.rmSync(path.join(folder, 'cursor'), { force: true });
    fs.mkdirSync(path.join(folder, 'cursor'));
    fs.mkdirSync(path.join(folder, '0000000000000000.log'));
    fs.writeFileSync(path.join(folder, '9999999999999999.log'), 'x');

    expect(await sendAll()).toEqual(ids);
  });

  it('costs no more memory than a segment has, however long a damaged file is', async () => {
    const { api, dir, folder, ids } = await aLeftJournal();
    const huge = path.join(folder, '0000000000000500.log');
    fs.writeFileSync(huge, Buffer.alloc(1_000_000, 1));
    fs.truncateSync(huge, 64 * DAMAGED_BYTES_MAX);

    const { client, drops } = aClient({ endpoint: api.endpoint, dir });
    await client.flush();
    await until(() => api.accepted.length === ids.length && drops.length === 1);
    await client.shutdown();

    expect(api.accepted.map(idOfItem)).toEqual(ids);
    expect(drops).toMatchObject([{ id: null, reason: 'corrupt', message: expect.stringContaining('at most') }]);
    expect(filesIn(dir).filter((name) => /^quarantine.*log$/.test(name))).toHaveLength(1);
  });
});

describe('a journal folder that other accounts may write', () => {
  const start = async (mode: number) => {
    const dir = aFolder();
    fs.chmodSync(dir, mode);
    const lines: unknown[] = [];
    const quiet = (): void => undefined;
    const warn = (fields: object): void => void lines.push(fields);
    const make = (): TestClient =>
      aClient({ endpoint: NOWHERE, dir, durability: 'os', logger: { debug: quiet, info: quiet, warn, error: warn } });
    for (const { client } of [make(), make()]) {
      // The folder is looked at before the first item is on disk.
      await client.createEvent({ name: 'paid', userId: 'u1' }).persisted;
    }
    return { dir, lines };
  };

  it.each([0o770, 0o707, 0o777])('is reported once in a process, with mode %o', async (mode) => {
    const { dir, lines } = await start(mode);
    await until(() => lines.length > 0);

    expect(lines).toEqual([{ path: dir }]);
  });

  it.each([0o700, 0o755])('is not reported with mode %o', async (mode) => {
    expect((await start(mode)).lines).toEqual([]);
  });
});
