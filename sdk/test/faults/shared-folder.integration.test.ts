/**
 * Real processes on one folder, each in its own pid namespace, like containers on one volume: each has pid 1.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { acceptAll, idOfItem } from '../tools/api-server.ts';
import { type NamespacedScript, namespaceProblem, runAsPidOne } from '../tools/pid-namespace.ts';
import { aClient, aFolder, anApi, filesIn, KEY, type RunningScript, until } from '../tools/test-client.ts';

const locksIn = (dir: string): readonly string[] => filesIn(dir).filter((name) => name.endsWith('lock.json'));

/** Says loudly when the system does not allow what the test needs. */
function needNamespaces(context: TestContext): void {
  const problem = namespaceProblem();
  if (problem === undefined) return;
  process.stderr.write(`\nNOT TESTED: processes that share a folder as containers do. ${problem}\n`);
  context.skip(problem);
}

async function anApiThatCounts() {
  const arrived = new Map<string, Set<string>>();
  const api = await anApi((request) => {
    for (const item of request.items) {
      const { run, number } = item['event_attributes'] as { run: number; number: number };
      const key = `${run}/${number}`;
      arrived.set(key, (arrived.get(key) ?? new Set()).add(idOfItem(item)));
    }
    api.requests.splice(0);
    return acceptAll(request);
  });
  const ids = (): ReadonlySet<string> => new Set([...arrived.values()].flatMap((each) => [...each]));
  const doubled = (): readonly string[] => [...arrived].filter(([, each]) => each.size > 1).map(([key]) => key);
  return { endpoint: api.endpoint, ids, doubled };
}

function startNeighbour(run: number, { dir, endpoint }: { dir: string; endpoint: string }): Promise<NamespacedScript> {
  const env = { DIR: dir, RUN: `${run}`, DATALOAF_ENDPOINT: endpoint, DATALOAF_SERVER_KEY: KEY };
  return runAsPidOne('neighbour-script.ts', env);
}

const answered = ({ output }: RunningScript): readonly string[] => output().split('\n').slice(1, -1);
const hasCaptured = (script: RunningScript, count: number): Promise<void> =>
  until(() => answered(script).length >= count, 30_000);

/** As if nobody had been heard of for two minutes. */
function silence(dir: string): void {
  const past = Date.now() / 1_000 - 120;
  for (const lock of locksIn(dir)) fs.utimesSync(path.join(dir, lock), past, past);
}

describe('owners that are all pid 1', () => {
  it('do not touch each other while they live, and leave everything to the next one when they are killed', async (context) => {
    needNamespaces(context);
    const api = await anApiThatCounts();
    const dir = aFolder();
    const both = await Promise.all([1, 2].map((run) => startNeighbour(run, { dir, endpoint: api.endpoint })));
    await Promise.all(both.map((script) => hasCaptured(script, 50)));

    expect(both.map(({ output }) => output().split('\n')[0])).toEqual(['pid 1', 'pid 1']);
    expect(locksIn(dir)).toHaveLength(2);
    for (const script of both) {
      script.signal('SIGKILL');
      await script.ended;
    }
    silence(dir);
    const { client, drops } = aClient({ endpoint: api.endpoint, dir });
    await client.shutdown();

    const ids = api.ids();
    expect(both.flatMap(answered).filter((id) => !ids.has(id))).toEqual([]);
    expect(api.doubled()).toEqual([]);
    expect(drops).toEqual([]);
    expect(filesIn(dir)).toEqual(['.gitignore']);
  });

  it('lose nothing when one is stopped, adopted by another, and continued', async (context) => {
    needNamespaces(context);
    const api = await anApiThatCounts();
    const dir = aFolder();
    const script = await startNeighbour(1, { dir, endpoint: api.endpoint });
    await hasCaptured(script, 50);
    script.signal('SIGSTOP');
    const [before] = locksIn(dir);
    silence(dir);

    const first = aClient({ endpoint: api.endpoint, dir });
    await first.client.shutdown();
    expect(locksIn(dir)).toEqual([]);
    const seen = answered(script).length;
    script.signal('SIGCONT');
    await hasCaptured(script, seen + 50);
    expect(locksIn(dir)).not.toContain(before);
    script.signal('SIGKILL');
    await script.ended;
    silence(dir);
    const second = aClient({ endpoint: api.endpoint, dir });
    await second.client.shutdown();

    const ids = api.ids();
    expect(answered(script).filter((id) => !ids.has(id))).toEqual([]);
    expect(api.doubled()).toEqual([]);
    expect([...first.drops, ...second.drops]).toEqual([]);
  });
});
