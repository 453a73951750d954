import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { type ApiServer, idOfItem } from '../tools/api-server.ts';
import { aClient, aFolder, anApi, KEY, type RunningScript, runScript, until } from '../tools/test-client.ts';

const idsIn = (output: string): readonly string[] => output.split('\n').filter((line) => /^[0-9a-f-]{36}$/.test(line));

function run(mode: string, { api, dir, work = 0 }: { api: ApiServer; dir: string; work?: number }): RunningScript {
  const env = {
    DIR: dir,
    MODE: mode,
    WORK_MS: String(work),
    DATALOAF_ENDPOINT: api.endpoint,
    DATALOAF_SERVER_KEY: KEY,
  };
  return runScript('ending-script.ts', env);
}

/** What the next process of the service delivers, in addition to what has arrived. */
async function deliverTheRest(api: ApiServer, dir: string): Promise<readonly string[]> {
  const { client, drops } = aClient({ endpoint: api.endpoint, dir });
  await client.shutdown();
  expect(drops).toEqual([]);
  return api.accepted.map(idOfItem);
}

describe('what is captured while the process exits', () => {
  it.each([
    ['listeners', 6],
    ['listeners and exit', 4],
    ['listeners and an error', 4],
    ['listeners after shutdown', 6],
    ['shutdown in a listener', 7],
    ['client in a listener', 1],
  ])('is on disk: %s', async (mode, captured) => {
    const api = await anApi();
    const dir = aFolder();
    await api.stop();
    const script = run(mode, { api, dir });
    await script.ended;
    const ids = idsIn(script.output());

    await api.start();
    const delivered = await deliverTheRest(api, dir);

    expect(ids).toHaveLength(captured);
    expect([...delivered].sort()).toEqual([...ids].sort());
  });
});

describe('what no disk keeps when the process exits', () => {
  it('is reported while it exits, whenever it was captured', async () => {
    const api = await anApi();
    await api.stop();
    const script = run('drops', { api, dir: aFolder() });
    await script.ended;

    expect(script.output().trim().split('\n')).toEqual(['lost', 'closed']);
  });
});

describe('SIGTERM in the middle of traffic', () => {
  it.each(['client first', 'server first'])('loses nothing that a request captures: %s', async (mode) => {
    const api = await anApi();
    const dir = aFolder();
    const script = run(mode, { api, dir, work: 300 });
    await until(() => script.output().includes('\n'), 60_000);
    const port = Number(script.output().split(/\s/)[1]);
    const agent = new http.Agent({ keepAlive: true });
    const requests = Array.from({ length: 40 }, () => visit(port, agent));
    await until(() => idsIn(script.output()).length >= 80, 60_000);

    script.child.kill('SIGTERM');
    await Promise.all(requests);
    expect(await script.ended).toBe(0);
    agent.destroy();

    const arrived = new Set(api.accepted.map(idOfItem));
    const delivered = new Set(await deliverTheRest(api, dir));
    const ids = idsIn(script.output());
    expect(ids).toHaveLength(120);
    expect(ids.filter((id) => !delivered.has(id))).toEqual([]);
    // With the server closed first, the process itself sends everything.
    if (mode === 'server first') expect(arrived.size).toBe(120);
  });
});

function visit(port: number, agent: http.Agent): Promise<void> {
  return new Promise((resolve) => {
    const request = http.get({ port, agent, host: '127.0.0.1' }, (response) => response.resume().on('end', resolve));
    request.on('error', () => resolve());
  });
}
