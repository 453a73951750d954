/**
 * One seed: two or three processes share a folder, on one host or on several, with clocks that jump and differ,
 * heartbeats that fail, and kills. Then all of them end, and a last process delivers what was left.
 */
import type { DataLoaf } from '../../src/client/client.ts';
import type { Disk } from '../../src/disk.ts';
import type { Fault } from './disk-fault.ts';
import { Ledger, type Verdict } from './ledger.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { type ApiMood, type SimulatedApi, simulateApi } from './simulated-api.ts';
import { aSimulatedClient, captureNext, journalsOf } from './simulated-client.ts';
import { aMachine, type SimulatedMachine } from './simulated-machine.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { type VirtualTime, withVirtualTime } from './virtual-time.ts';

export interface NeighboursResult extends Verdict {
  readonly seed: number;
  readonly kills: number;
  readonly clockJumps: number;
  readonly leftovers: readonly string[];
}

interface Run {
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly machine: SimulatedMachine;
  readonly ledger: Ledger;
  readonly api: SimulatedApi;
  readonly spoil: (disk: Disk) => Disk;
  readonly counts: { kills: number; clockJumps: number };
}

interface Neighbour {
  readonly process: SimulatedProcess;
  readonly client: DataLoaf;
  readonly clock: { skewMs: number };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `spoil` puts a worse disk between each client and the volume. */
export function runNeighbours(seed: number, spoil: Run['spoil'] = (disk) => disk): Promise<NeighboursResult> {
  return withVirtualTime(async (time) => {
    const random = seededRandom(seed);
    const ledger = new Ledger();
    // A file server has its own clock.
    const serverSkewMs = random.pick([0, 0, -5 * MINUTE_MS, 5 * MINUTE_MS]);
    const machine = aMachine(random, () => time.now() + serverSkewMs);
    const api = simulateApi((items) => ledger.arrived(items));
    const counts = { kills: 0, clockJumps: 0 };
    const run: Run = { random, time, machine, ledger, api, spoil, counts };
    try {
      await liveTogether(run);
      await time.advance(2 * HOUR_MS);
      api.mood = () => 'up';
      const last = start(run);
      await time.settle(last.client.shutdown({ timeout: 10 * MINUTE_MS }));
      last.process.kill();
      return { seed, ...counts, ...ledger.verdict(), leftovers: journalsOf(machine) };
    } finally {
      api.restore();
    }
  });
}

async function liveTogether(run: Run): Promise<void> {
  const { random, time, ledger, api } = run;
  const moods: readonly [ApiMood, ...ApiMood[]] = ['up', 'up', 'refuses', 'fails', 'lost_answer', 'some', 'stranger'];
  api.mood = () => random.pick(moods);
  const neighbours = Array.from({ length: random.int(2, 3) }, () => start(run));
  for (let step = random.int(3, 12); step > 0; step -= 1) {
    const index = random.int(0, neighbours.length - 1);
    const { client, process, clock } = neighbours[index] ?? start(run);
    for (let count = random.int(0, 4); count > 0; count -= 1) {
      ledger.note(captureNext(client, ledger, 100), () => !process.isDead);
    }
    if (random.chance(0.2)) {
      clock.skewMs = random.int(-HOUR_MS, HOUR_MS);
      run.counts.clockJumps += 1;
    }
    if (random.chance(0.15)) {
      await end(run, { client, process, clock });
      neighbours[index] = start(run);
    }
    await time.advance(random.pick([1, 6, 100, 20_000, 70_000]));
  }
  for (const neighbour of neighbours) await end(run, neighbour);
}

function start({ random, machine, ledger, time, spoil }: Run): Neighbour {
  const isUnheard = random.chance(0.3);
  const faultOf = ({ method }: { method: string }): Fault | undefined => {
    return isUnheard && method === 'touch' ? { kind: 'error', code: 'EIO' } : undefined;
  };
  const process = machine.start({ faultOf, host: random.pick(['here', 'here', 'there']) });
  const clock = { skewMs: 0 };
  const setting = { disk: spoil(process.disk), now: () => time.now() + clock.skewMs, random, ledger };
  const client = aSimulatedClient({ flushInterval: random.pick([10, 1_000]), retry: { maxDelay: 5_000 } }, setting);
  return { process, client, clock };
}

/** Killed, not shut down. Its requests are refused while what it holds in this process is freed. */
async function end({ api, time, counts }: Run, { process, client }: Neighbour): Promise<void> {
  counts.kills += 1;
  process.kill();
  const { mood } = api;
  api.mood = () => 'refuses';
  await time.settle(client.shutdown({ timeout: 0 }));
  api.mood = mood;
}
