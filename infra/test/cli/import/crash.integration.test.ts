import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StubApi, startDataloaf, tempDir, tempFile, until } from '../support.ts';

const LINES = 12_000;
const MAPPING = ['--event', 'paid', '--user', 'user', '--time', 'at', '--json'];

let api: StubApi;
beforeEach(async () => {
  api = await StubApi.start();
});
afterEach(() => api.stop());

describe('dataloaf import under kill -9', () => {
  it('sends every line when it is killed half way and run again, and no id with two contents', {
    timeout: 60_000,
  }, async () => {
    const rows = Array.from({ length: LINES }, (_, n) => `u${n % 7},2026-01-01,${n}\n`);
    const file = tempFile('a.csv', `user,at,n\n${rows.join('')}`);
    const stateDir = tempDir();
    api.delayMs = 10;

    const killed = startDataloaf(['import', file, ...MAPPING], { api, stateDir });
    await until(() => api.events.length > LINES / 4);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const before = api.events.length;
    api.delayMs = 0;
    const again = startDataloaf(['import', file, ...MAPPING], { api, stateDir });
    const [out] = await Promise.all([text(again.stdout ?? Readable.from([])), once(again, 'exit')]);

    expect(before).toBeLessThan(LINES);
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: 'complete', lines: LINES, sent: LINES, accepted: LINES });
    const contents = new Map<string | undefined, string>();
    for (const { event_id: id, ...rest } of api.events) {
      const hash = createHash('sha1').update(JSON.stringify(rest)).digest('hex');
      expect(contents.get(id) ?? hash).toBe(hash);
      contents.set(id, hash);
    }
    expect(contents.size).toBe(LINES);
    expect(new Set(api.events.map((event) => event.event_attributes?.['n'])).size).toBe(LINES);
  });
});
