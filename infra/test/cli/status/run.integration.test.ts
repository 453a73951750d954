import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aStackFolder, dataloaf, StubApi, tempDir } from '../support.ts';

let api: StubApi;
beforeEach(async () => {
  api = await StubApi.start();
});
afterEach(() => api.stop());

describe('dataloaf status', () => {
  it('ends with 1 and says how to start when nothing runs', async () => {
    const run = await dataloaf(['status']);

    expect(run.code).toBe(1);
    expect(run.out).toMatch(/not running[\s\S]*npm run local/);
  });

  it('shows what it knows when parts of the stack do not respond', { timeout: 20_000 }, async () => {
    const cwd = tempDir();
    const dir = aStackFolder(cwd, { api: api.url });

    const run = await dataloaf(['status', '--json'], { cwd });

    const status = JSON.parse(run.out) as { troubles: { part: string }[] };
    expect(run.code).toBe(1);
    expect(status).toMatchObject({ running: true, dir, api: api.url, events: null, last_load: null });
    expect(status.troubles.map(({ part }) => part).sort()).toEqual(['firehose', 'last_tick', 'warehouse']);
  });
});
