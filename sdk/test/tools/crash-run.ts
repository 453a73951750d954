/**
 * One seed: a service captures, crashes at some call of its disk, and restarts, up to three times. Then it runs without
 * faults until everything is delivered. All in virtual time on a simulated machine, so the seed alone decides.
 */
import type { DataLoaf } from '../../src/client/client.ts';
import type { Disk } from '../../src/disk.ts';
import type { DataLoafOptions } from '../../src/types.ts';
import type { DiskCall, Fault } from './disk-fault.ts';
import { checkMarks, takeWrongMarks } from './journal-marks.ts';
import { Ledger, type Verdict } from './ledger.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { type ApiMood, type SimulatedApi, simulateApi } from './simulated-api.ts';
import { aSimulatedClient, captureNext, journalsOf } from './simulated-client.ts';
import { aMachine, type SimulatedMachine } from './simulated-machine.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { type VirtualTime, withVirtualTime } from './virtual-time.ts';

export interface CrashPlan {
  /** `power`: unsynced changes may be lost. `kill`: only the process ends. */
  readonly crash: 'power' | 'kill';
  readonly durability: 'os' | 'fsync';
  /** Wraps the disk of the client in a worse one. */
  readonly spoil?: (disk: Disk) => Disk;
}

export interface CrashResult extends Verdict {
  readonly seed: number;
  readonly crashes: number;
  readonly diskFaults: number;
  readonly badAnswers: number;
  /** Disk calls of all processes. The same seed gives the same number. */
  readonly calls: number;
  /** Files of journals that remain after the last process has delivered everything. */
  readonly leftovers: readonly string[];
  /** The first time that the marks of a journal were in a wrong order. */
  readonly wrongMarks: string | undefined;
}

interface Run {
  readonly plan: CrashPlan;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly machine: SimulatedMachine;
  readonly ledger: Ledger;
  readonly api: SimulatedApi;
  readonly counts: { calls: number; diskFaults: number; badAnswers: number };
}

interface Life {
  readonly process: SimulatedProcess;
  readonly client: DataLoaf;
}

const MINUTE_MS = 60_000;

export function runCrash(seed: number, plan: CrashPlan): Promise<CrashResult> {
  return withVirtualTime(async (time) => {
    const random = seededRandom(seed);
    const ledger = new Ledger();
    const machine = aMachine(random, time.now);
    machine.volume.makeFolders('/data');
    machine.volume.syncFolder(machine.volume.folder('/'));
    const api = simulateApi((items) => ledger.arrived(items));
    const counts = { calls: 0, diskFaults: 0, badAnswers: 0 };
    const run: Run = { plan, random, time, machine, ledger, api, counts };
    try {
      const crashes = random.int(1, 3);
      for (let life = 0; life < crashes; life += 1) await liveAndCrash(run);
      await recover(run);
      const wrongMarks = takeWrongMarks();
      return { seed, crashes, ...counts, ...ledger.verdict(), leftovers: journalsOf(machine), wrongMarks };
    } finally {
      api.restore();
    }
  });
}

async function liveAndCrash(run: Run): Promise<void> {
  const { plan, random, time, machine, api, counts } = run;
  const life = start(run, aDiskScript(run));
  const moods = anApiScript(random);
  api.mood = () => {
    const mood = life.process.isDead ? 'refuses' : moods();
    if (mood !== 'up') counts.badAnswers += 1;
    return mood;
  };
  api.latency = () => random.int(0, 40);
  for (let step = random.int(1, 8); step > 0 && !life.process.isDead; step -= 1) {
    await act(run, life);
    checkMarks();
  }
  const isClean = random.chance(0.1);
  if (isClean) await time.settle(life.client.shutdown({ timeout: random.int(0, 50) }));
  life.process.kill();
  counts.calls += life.process.calls;
  if (plan.crash === 'power') machine.cutPower();
  // Frees the memory of the dead client. Its disk is gone and its requests are refused.
  await time.settle(life.client.shutdown({ timeout: 0 }));
  checkMarks();
  // Longer than the silence after which an owner is dead.
  await time.advance(random.int(2, 10) * MINUTE_MS);
}

function start(run: Run, faultOf: (call: DiskCall) => Fault | undefined): Life {
  const { plan, random, machine, ledger, time } = run;
  const process = machine.start({ faultOf });
  const disk = plan.spoil?.(process.disk) ?? process.disk;
  const options: DataLoafOptions = {
    durability: plan.durability,
    flushAt: random.pick([1, 3, 50]),
    flushInterval: random.pick([0, 10, 1_000]),
    maxMemoryBytes: random.pick([65_536, 2 ** 25]),
    maxDiskBytes: 2 ** 20,
    retry: { minDelay: 100, maxDelay: random.pick([500, 10_000]) },
  };
  return { process, client: aSimulatedClient(options, { disk, now: time.now, random, ledger }) };
}

/** One action of the service, then some time. */
async function act({ random, time, ledger }: Run, { client, process }: Life): Promise<void> {
  const count = random.pick([0, 1, 1, 2, 5, 12]);
  // Some are large, so that a segment is full after a few dozen.
  const textLength = random.pick([0, 0, 30, 300, 300, 5_000]);
  for (let index = 0; index < count; index += 1) {
    ledger.note(captureNext(client, ledger, textLength), () => !process.isDead);
    checkMarks();
  }
  if (random.chance(0.1)) void client.flush();
  if (random.chance(0.2)) await time.drain();
  else await time.advance(random.pick([0, 1, 1, 5, 6, 6, 20, 150, 1_000, 3_000, 6_000]));
}

/** Kills the process at some call. In some runs other calls fail. */
function aDiskScript({ random, counts }: Run): (call: DiskCall) => Fault | undefined {
  const killAt = random.chance(0.9) ? random.int(1, random.pick([15, 40, 150])) : Number.POSITIVE_INFINITY;
  const share = random.chance(0.3) ? random.pick([0.01, 0.05, 0.3]) : 0;
  return ({ index }) => {
    if (index === killAt) return { kind: 'kill' };
    if (share === 0 || !random.chance(share)) return undefined;
    counts.diskFaults += 1;
    return random.chance(0.3) ? { kind: 'short' } : { kind: 'error', code: random.pick(['ENOSPC', 'EIO', 'EMFILE']) };
  };
}

/** The mood of the API: constant, or random for every request. */
function anApiScript(random: SeededRandom): () => ApiMood {
  const moods = ['up', 'up', 'refuses', 'resets', 'lost_answer', 'fails', 'some', 'stranger'] as const;
  const mood = random.pick(moods);
  return random.chance(0.5) ? () => mood : () => random.pick(moods);
}

/** The last start, without faults: the client delivers everything that is left and shuts down. */
async function recover(run: Run): Promise<void> {
  const { process, client } = start(run, () => undefined);
  run.api.mood = () => 'up';
  await run.time.settle(client.shutdown({ timeout: 10 * MINUTE_MS }));
  checkMarks();
  process.kill();
}
