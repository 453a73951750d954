import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../src/disk.ts';
import { Ownership } from '../../src/ownership/ownership.ts';
import { idOfItem } from '../tools/api-server.ts';
import { aClient, aDisk, aFolder, anApi, diskError, type TestClient, until } from '../tools/test-client.ts';

const FINGERPRINT = '0123456789abcdef';

/** As an overlay file system, whose lower layer holds these folders. */
function anOverlay(lower: readonly string[], changes: Partial<Disk> = {}): Disk {
  return aDisk({
    renameSync(from, to) {
      if (lower.some((name) => from.endsWith(name))) throw diskError('EXDEV');
      nodeDisk.renameSync(from, to);
    },
    ...changes,
  });
}

const journalsIn = (dir: string): readonly string[] =>
  fs.readdirSync(dir).filter((name) => /^[0-9a-f]{16}\./.test(name));

async function withLeftItems(durability: 'os' | 'fsync' = 'os') {
  const api = await anApi();
  await api.stop();
  const dir = aFolder();
  const { client } = aClient({ endpoint: api.endpoint, dir });
  const ids = Array.from({ length: 700 }, (_, at) => {
    return client.createEvent({ name: 'paid', userId: 'u1', attributes: { at, text: 'x'.repeat(1_000) } }).id;
  });
  await client.shutdown({ timeout: 0 });
  await api.start();
  const warnings: unknown[] = [];
  const quiet = (): void => undefined;
  const warn = (...line: unknown[]): void => void warnings.push(line);
  const logger = { debug: quiet, info: quiet, warn, error: warn };
  const next = (disk: Disk, aheadMs = 0): TestClient =>
    aClient({ endpoint: api.endpoint, dir, logger, durability }, { disk, now: () => Date.now() + aheadMs });
  return { api, dir, ids, lower: journalsIn(dir), warnings, next };
}

describe('a dead journal that cannot be renamed', () => {
  it.each(['os', 'fsync'] as const)('is copied, sent once and removed, with durability %s', async (durability) => {
    const { api, dir, ids, lower, warnings, next } = await withLeftItems(durability);

    const { client, drops } = next(anOverlay(lower));
    await client.shutdown();

    expect(api.accepted.map(idOfItem).sort()).toEqual([...ids].sort());
    expect([journalsIn(dir), drops, warnings]).toEqual([[], [], []]);
  });

  it('stays whole when the disk is full during the copy, and is sent by the next client', async () => {
    const { api, dir, ids, lower, warnings, next } = await withLeftItems();
    const write = async (): Promise<never> => {
      throw diskError('ENOSPC');
    };

    await next(anOverlay(lower, { write })).client.shutdown();
    const left = journalsIn(dir);
    // The lock is gone, so the folder counts as dead after a minute.
    await next(anOverlay(lower), 61_000).client.shutdown();

    expect(left).toEqual(lower);
    expect(warnings).toHaveLength(1);
    expect(api.accepted.map(idOfItem).sort()).toEqual([...ids].sort());
    expect(journalsIn(dir)).toEqual([]);
  });

  it('is copied once by a process that cannot remove it', async () => {
    const { api, ids, lower, next } = await withLeftItems();
    const remove = async (each: string): Promise<void> => {
      if (lower.some((name) => each.endsWith(name))) throw diskError('EPERM');
      await nodeDisk.remove(each);
    };

    const { client } = next(anOverlay(lower, { remove }));
    await client.flush();
    await until(() => api.accepted.length >= ids.length && client.stats().adoptedFolders === 0);
    await client.shutdown();

    expect(api.accepted).toHaveLength(ids.length);
  });

  it('is lost to a living owner from the moment of the copy', async () => {
    const root = aFolder();
    const identity = { host: 'h1', boot: 'b1', pidNamespace: 'n1', pid: 1, processStart: '100' };
    const ports = { identity, startOf: () => '100', now: Date.now };
    const options = { root, fingerprint: FINGERPRINT, durability: 'os' } as const;
    const owner = new Ownership(options, { disk: nodeDisk, ...ports });
    const folder = owner.claim();
    let heldDuringCopy: boolean | undefined;
    const list = (each: string): Promise<readonly string[]> => {
      if (each === folder.path) heldDuringCopy = owner.holdsSync(folder);
      return nodeDisk.list(each);
    };
    const adopter = new Ownership(options, { disk: anOverlay([path.basename(folder.path)], { list }), ...ports });

    const adopted = await adopter.adoptCopy({ path: folder.path, fingerprint: FINGERPRINT });

    expect([heldDuringCopy, adopted === null, fs.existsSync(folder.path)]).toEqual([false, false, false]);
  });
});
