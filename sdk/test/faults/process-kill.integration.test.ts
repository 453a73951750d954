import { describe, expect, it } from 'vitest';
import { report, Tally } from '../../../tools/reporters/fault-table.ts';
import { acceptAll, apiError, idOfItem, type SeenItem } from '../tools/api-server.ts';
import { LONG_MS, sized } from '../tools/scale.ts';
import { type KillPoint, runUntilKilled, straceProblem } from '../tools/strace.ts';
import { aClient, aFolder, anApi, KEY } from '../tools/test-client.ts';

const AT_ONCE = 3;
const PWRITE = 'pwrite64';
const SYNC = 'fdatasync';
const WRITE = 'write';
const RENAME = '?rename,?renameat,?renameat2';
const UNLINK = '?unlink,?unlinkat,?rmdir';

/**
 * Each call that the script makes at its beginning. The long form continues to the end of the script, several times.
 */
function killPoints(): readonly KillPoint[] {
  const upTo = (calls: string, count: number): KillPoint[] =>
    Array.from({ length: count }, (_, index) => ({ calls, at: index + 1 }));
  const { writes, others, rounds } = sized({
    short: { writes: 2, others: 1, rounds: 1 },
    ci: { writes: 16, others: 8, rounds: 1 },
    long: { writes: 60, others: 40, rounds: 9 },
  });
  const round = [
    ...upTo(PWRITE, writes),
    ...upTo(SYNC, writes),
    ...upTo(RENAME, others),
    ...upTo(UNLINK, others),
    // The first ones are Node's own start.
    ...upTo(WRITE, others).map(({ calls, at }) => ({ calls, at: at * 7 })),
  ];
  return Array.from({ length: rounds }, () => round).flat();
}

describe('a process that is killed at a system call', () => {
  it('leaves every item that was reported as on disk to the next process', { timeout: LONG_MS }, async (context) => {
    const problem = straceProblem();
    if (problem !== undefined) {
      process.stderr.write(`\nNOT TESTED: processes killed at a system call. ${problem}\n`);
      context.skip(problem);
    }
    const arrived = new Map<string, string>();
    const idsByNumber = new Map<string, Set<string>>();
    let repeats = 0;
    const note = (item: SeenItem): void => {
      const { run, number } = item['event_attributes'] as { run: number; number: number };
      const id = idOfItem(item);
      if (arrived.has(id)) repeats += 1;
      arrived.set(id, `${run}`);
      idsByNumber.set(`${run}/${number}`, (idsByNumber.get(`${run}/${number}`) ?? new Set()).add(id));
    };
    const api = await anApi((request, count) => {
      api.requests.splice(0);
      api.accepted.splice(0);
      // Some wait for the next attempt, so that each kill finds a part delivered.
      if (count % 3 === 0) return apiError(503, 'busy');
      request.items.forEach(note);
      return acceptAll(request);
    });
    const tally = new Tally();
    const broken: object[] = [];
    const points = killPoints();
    const queue = [...points.entries()];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [run, point] = next;
        const dir = aFolder();
        const env = {
          DIR: dir,
          RUN: `${run}`,
          COUNT: '300',
          DATALOAF_ENDPOINT: api.endpoint,
          DATALOAF_SERVER_KEY: KEY,
        };
        const { wasKilled, output } = await runUntilKilled('crash-script.ts', point, env);
        if (wasKilled) tally.fault('process killed');
        const { client, drops } = aClient({ endpoint: api.endpoint, dir });
        const { pendingBytes } = await client.shutdown();
        const answered = output.split('\n').slice(0, -1);
        const lost = answered.filter((id) => !arrived.has(id));
        tally.add({ faults: {}, sent: answered.length, lost: lost.length, doubled: 0, repeats: 0 });
        if (lost.length > 0 || drops.length > 0 || pendingBytes > 0) broken.push({ point, lost, drops, pendingBytes });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));

    const doubled = [...idsByNumber].filter(([, ids]) => ids.size > 1);
    tally.add({ faults: {}, sent: 0, lost: 0, doubled: doubled.length, repeats });
    report(context, tally.counts());
    expect(broken.slice(0, 3)).toEqual([]);
    expect(doubled).toEqual([]);
    // Beyond the end of the script there is nothing to kill.
    expect(tally.counts().faults['process killed']).toBeGreaterThan(points.length / 3);
  });
});
