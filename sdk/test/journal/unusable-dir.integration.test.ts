import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Degradation } from '../../src/types.ts';
import { idOfItem } from '../tools/api-server.ts';
import { aClient, aFolder, anApi } from '../tools/test-client.ts';

const aFile = (dir: string): string => {
  fs.writeFileSync(path.join(dir, 'file'), '');
  return path.join(dir, 'file');
};
const aDanglingLink = (dir: string): string => {
  fs.symlinkSync(path.join(dir, 'nothing'), path.join(dir, 'link'));
  return path.join(dir, 'link');
};

describe('a client whose folder cannot be used', () => {
  it.each<[string, (dir: string) => string, RegExp]>([
    ['below /proc', () => '/proc/dataloaf/journal', /takes no new folders|read-only|permitted|permission/],
    ['at a file', aFile, /got a file/],
    ['below a file', (dir) => `${aFile(dir)}/journal`, /not a directory/],
    ['at a dangling link', aDanglingLink, /leads to nothing/],
    ['of a name that is too long', (dir) => path.join(dir, 'x'.repeat(300)), /name too long/],
    ['of a path that is too long', (dir) => `${dir}${'/x'.repeat(100_000)}`, /name too long/],
  ])('keeps items in memory, sends them and gives the cause once: %s', async (_, makeDir, cause) => {
    const api = await anApi();
    const lines: unknown[] = [];
    const note = (...line: unknown[]): void => void lines.push(line);
    const logger = { debug: note, info: note, warn: note, error: note };
    const degradations: Degradation[] = [];
    const onDegraded = (degradation: Degradation): void => void degradations.push(degradation);
    const { client, drops } = aClient({ endpoint: api.endpoint, dir: makeDir(aFolder()), logger, onDegraded });

    const captured = [1, 2, 3].map((at) => client.createEvent({ name: 'paid', userId: 'u1', attributes: { at } }));
    const places = await Promise.all(captured.map(({ persisted }) => persisted));
    await client.flush();
    const result = await client.shutdown();

    expect(places).toEqual(['memory', 'memory', 'memory']);
    expect(degradations).toMatchObject([{ mode: 'memory', message: expect.stringMatching(cause) }]);
    expect(lines).toHaveLength(1);
    expect(api.accepted.map(idOfItem)).toEqual(captured.map(({ id }) => id));
    expect([drops, result.delivered]).toEqual([[], 3]);
  });
});
