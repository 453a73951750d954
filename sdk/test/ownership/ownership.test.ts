import fs from 'node:fs';
import path from 'node:path';
import type { ProcessIdentity } from '@dataloaf/core/process-identity';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/disk.ts';
import type { LockFile } from '../../src/ownership/lock-file.ts';
import { isOwnerDead, Ownership, type OwnershipOptions, type OwnershipPorts } from '../../src/ownership/ownership.ts';
import { idOfItem } from '../tools/api-server.ts';
import { aClient, aDisk, aFolder, anApi, diskError, filesIn, until } from '../tools/test-client.ts';

const FINGERPRINT = '0123456789abcdef';
const me: ProcessIdentity = { host: 'h1', boot: 'b1', pidNamespace: 'n1', pid: 1, processStart: '100' };
const aLock = (changes: Partial<LockFile> = {}): LockFile => ({
  ...me,
  version: 1,
  owner: 'o1',
  fingerprint: FINGERPRINT,
  released: false,
  ...changes,
});

function anOwnership(
  root: string,
  ports: Partial<OwnershipPorts> = {},
  durability: OwnershipOptions['durability'] = 'os',
) {
  return new Ownership(
    { root, fingerprint: FINGERPRINT, durability },
    { disk: nodeDisk, identity: me, startOf: () => '100', now: Date.now, ...ports },
  );
}

describe('ownership', () => {
  it.each([
    ['its process runs', aLock(), '100', 0, false],
    ['its process runs but was silent for an hour', aLock(), '100', 3_600_000, false],
    ['its process is gone', aLock(), null, 0, true],
    ['its pid belongs to a later process, as in a container', aLock(), '999', 0, true],
    ['it was released', aLock({ released: true }), '100', 0, true],
    ['it is on another host and beats', aLock({ host: 'h2' }), null, 59_000, false],
    ['it is on another host and silent', aLock({ host: 'h2' }), '100', 61_000, true],
    ['it is in another pid namespace and beats', aLock({ pidNamespace: 'n2' }), '999', 1_000, false],
    ['the machine was started again and it is silent', aLock({ boot: 'b0' }), '100', 61_000, true],
    ['boots are not known and it beats', aLock({ boot: null }), null, 1_000, false],
  ])('judges an owner when %s', (_, lock, start, silenceMs, isDead) => {
    expect(isOwnerDead(lock, { identity: me, startOf: () => start, silenceMs })).toBe(isDead);
  });

  it('lets exactly one of many adopters win a folder', async () => {
    const root = aFolder();
    anOwnership(root).claim();
    const adopters = Array.from({ length: 5 }, () => anOwnership(root, { startOf: () => null }));
    const found = await Promise.all(adopters.map((adopter) => adopter.findDead()));

    const adopted = adopters.map((adopter, index) => found[index]?.map((folder) => adopter.adopt(folder)));

    expect(adopted.flat().filter((folder) => folder !== null)).toHaveLength(1);
    expect(fs.readdirSync(root)).toHaveLength(1);
  });

  it('leaves no files when a folder cannot be claimed, however often it is retried', () => {
    const root = aFolder();
    const syncFolderSync = (): never => {
      throw diskError('EIO');
    };
    const owner = anOwnership(root, { disk: aDisk({ syncFolderSync }) }, 'fsync');

    for (let tries = 0; tries < 3; tries += 1) expect(() => owner.claim()).toThrow('EIO');

    expect(fs.readdirSync(root)).toEqual([]);
  });

  it('notices at once that its folder was taken', async () => {
    const root = aFolder();
    const owner = anOwnership(root);
    const folder = owner.claim();
    const adopter = anOwnership(root, { startOf: () => null });
    const [found] = await adopter.findDead();
    if (found === undefined) throw new Error('Expected a dead folder.');
    adopter.adopt(found);

    expect(await owner.holds(folder)).toBe(false);
    expect(owner.holdsSync(folder)).toBe(false);
  });

  it('adopts from an adopter that died between rename and lock', async () => {
    const root = aFolder();
    const folder = anOwnership(root).claim();
    const renamed = path.join(root, `${FINGERPRINT}.00000000-0000-4000-8000-000000000000`);
    fs.renameSync(folder.path, renamed);

    expect(await anOwnership(root, { startOf: () => null }).findDead()).toEqual([
      { path: renamed, fingerprint: FINGERPRINT },
    ]);
  });

  it('waits for a minute of silence where the lock cannot be read', async () => {
    const root = aFolder();
    const folder = anOwnership(root).claim();
    fs.writeFileSync(path.join(folder.path, 'lock.json'), '{"ver');

    expect(await anOwnership(root, { startOf: () => null }).findDead()).toEqual([]);
    const later = anOwnership(root, { startOf: () => null, now: () => Date.now() + 61_000 });
    expect(await later.findDead()).toEqual([{ path: folder.path, fingerprint: FINGERPRINT }]);
  });

  it('takes a heartbeat of the future for one of a wrong clock, and waits for a minute in which it stays the same', async () => {
    const root = aFolder();
    const folder = anOwnership(root, { identity: { ...me, host: 'h2' } }).claim();
    const future = new Date(Date.now() + 25 * 3_600_000);
    fs.utimesSync(path.join(folder.path, 'lock.json'), future, future);
    let nowMs = Date.now();
    const adopter = anOwnership(root, { now: () => nowMs });

    const found: number[] = [];
    for (const passedMs of [0, 59_000, 2_000]) {
      nowMs += passedMs;
      found.push((await adopter.findDead()).length);
    }

    expect(found).toEqual([0, 0, 1]);
  });

  it.each<[string, string]>([
    ['a pid that is no number', JSON.stringify({ ...aLock(), pid: '1' })],
    ['a pid that no process has', JSON.stringify({ ...aLock(), pid: -1 })],
    ['a pid with a fraction', JSON.stringify({ ...aLock(), pid: 1.5 })],
    [
      'a pid beyond 2^53',
      '{"version":1,"owner":"o","fingerprint":"f","host":"h1","boot":"b1","pid":1e300,"released":true}',
    ],
    ['a host that is an object', JSON.stringify({ ...aLock(), host: {} })],
    ['a release that is no truth value', JSON.stringify({ ...aLock(), released: 'yes' })],
    ['another version', JSON.stringify({ ...aLock({ released: true }), version: 2 })],
    ['more bytes than a lock has', JSON.stringify(aLock({ released: true })).padEnd(5_000)],
    ['nothing', ''],
  ])('judges a folder by its silence when its lock has %s', async (_, text) => {
    const root = aFolder();
    const folder = anOwnership(root).claim();
    fs.writeFileSync(path.join(folder.path, 'lock.json'), text);

    const soon = await anOwnership(root, { startOf: () => null }).findDead();
    const later = await anOwnership(root, { startOf: () => null, now: () => Date.now() + 61_000 }).findDead();

    expect([soon.length, later.length]).toEqual([0, 1]);
  });

  it('writes unreported items again when the folder of a living owner is taken', async () => {
    const api = await anApi();
    const { client, dir, drops } = aClient({ endpoint: api.endpoint, flushInterval: 60_000 });
    const first = client.createEvent({ name: 'first', userId: 'u1' });
    await first.persisted;
    const taken = fs.readdirSync(dir).find((name) => /^[0-9a-f]{16}\./.test(name)) ?? '';
    fs.renameSync(
      path.join(dir, taken),
      path.join(dir, taken.replace(/\..*/, '.11111111-1111-4111-8111-111111111111')),
    );

    const second = client.createEvent({ name: 'second', userId: 'u1' });
    expect(await second.persisted).toBe('disk');

    const segments = filesIn(dir).filter((name) => name.endsWith('.log') && !name.includes('11111111-'));
    expect(segments.map((name) => fs.readFileSync(path.join(dir, name), 'latin1')).join('')).toContain(second.id);
    await client.flush();
    expect(api.accepted.map(idOfItem)).toContain(second.id);
    expect(drops).toEqual([]);
  });

  it('does not send journals of another key, and logs that once', async () => {
    const api = await anApi();
    const dir = aFolder();
    const lines: string[] = [];
    const quiet = (): void => undefined;
    const logger = {
      debug: quiet,
      info: quiet,
      error: quiet,
      warn: (_: unknown, line?: string) => void lines.push(line ?? ''),
    };
    await api.stop();
    const other = aClient({ endpoint: api.endpoint, serverKey: 'dl_s_other', dir });
    other.client.createEvent({ name: 'paid', userId: 'u1' });
    await other.client.shutdown({ timeout: 0 });
    await api.start();

    const mine = aClient({ endpoint: api.endpoint, dir, logger });
    await until(() => lines.length > 0);
    await mine.client.shutdown();

    expect(api.accepted).toEqual([]);
    expect(lines).toEqual(['journal of another endpoint or key found; not sent']);
    expect(filesIn(dir).some((name) => name.endsWith('.log'))).toBe(true);
    expect(filesIn(dir).some((name) => name.includes('dl_s_'))).toBe(false);
  });
});
