/**
 * A disk fault at some point of a fixed story that makes every kind of disk call. A journal with a torn end is adopted,
 * groups are written (small ones, and bursts above the memory limit), the API goes down, the disk works again, the
 * power is cut, and the next process delivers the rest and ends.
 */
import type { DataLoaf } from '../../src/client/client.ts';
import type { Degradation } from '../../src/types.ts';
import type { DiskCall, Fault } from './disk-fault.ts';
import { Ledger, type Verdict } from './ledger.ts';
import { seededRandom } from './seeded-random.ts';
import { simulateApi } from './simulated-api.ts';
import { aSimulatedClient, captureNext, journalsOf, ROOT } from './simulated-client.ts';
import { aMachine, type SimulatedMachine } from './simulated-machine.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { type VirtualTime, withVirtualTime } from './virtual-time.ts';

export interface DiskFaultResult extends Verdict {
  readonly methods: readonly DiskCall['method'][];
  /** Mode and `persisted` answer of the client once the disk works again; also WELL when the fault comes only later. */
  readonly after: Asked;
  readonly degradations: readonly Degradation[];
  readonly syncsAfterFailure: number;
  readonly leftovers: readonly string[];
}

interface Asked {
  readonly mode: string;
  readonly answer: string;
}

interface Story {
  readonly time: VirtualTime;
  readonly machine: SimulatedMachine;
  readonly ledger: Ledger;
  readonly client: DataLoaf;
  readonly process: SimulatedProcess;
}

export const WELL: Asked = { mode: 'disk', answer: 'disk' };
const MINUTE_MS = 60_000;
/**
 * Items at once, the length of their text, and the milliseconds after them; the large ones are written synchronously.
 */
const EARLY = [
  [2, 0, 20],
  [3, 100, 6],
  [5, 16_000, 200],
] as const;
const LATE = [
  [1, 0, 20],
  [1, 0, 7],
  [6, 16_000, 500],
  [2, 0, 16_000],
] as const;
const GARBAGE = Buffer.from([0, 0, 1, 0, 9, 9, 9, 9, 0, 0]);

/** `faultOf` is asked for each call of the process before the power cut and of the one after it, in one count. */
export function runDiskFault(faultOf: (call: DiskCall) => Fault | undefined): Promise<DiskFaultResult> {
  return withVirtualTime(async (time) => {
    const random = seededRandom(1);
    const ledger = new Ledger();
    const machine = aMachine(random, time.now);
    const api = simulateApi((items) => ledger.arrived(items));
    const degradations: Degradation[] = [];
    const methods: DiskCall['method'][] = [];
    let faults = 0;
    const counted = (call: DiskCall): Fault | undefined => {
      const fault = faultOf({ ...call, index: methods.push(call.method) });
      if (fault !== undefined) faults += 1;
      return fault;
    };
    const start = (faulty: typeof faultOf = () => undefined): Story => {
      const process = machine.start({ faultOf: faulty });
      const onDegraded = (change: Degradation): void => void degradations.push(change);
      const options = { durability: 'fsync', maxMemoryBytes: 65_536, flushInterval: 10, onDegraded } as const;
      const setting = { disk: process.disk, now: time.now, random, ledger };
      return { time, machine, ledger, process, client: aSimulatedClient(options, setting) };
    };
    try {
      api.mood = () => 'refuses';
      await leaveTornJournal(start());
      api.mood = () => 'up';
      const middle = start(counted);
      await capture(middle, EARLY);
      api.mood = () => 'refuses';
      await capture(middle, LATE);
      await time.advance(20_000);
      const faultsBefore = faults;
      const asked = await askAgain(middle);
      const after = faults === faultsBefore ? asked : WELL;
      await crash(middle);
      api.mood = () => 'up';
      await drain(start(counted));
      await drain(start());
      const { syncsAfterFailure } = middle.process;
      const leftovers = journalsOf(machine);
      return { ...ledger.verdict(), methods, after, degradations, syncsAfterFailure, leftovers };
    } finally {
      api.restore();
    }
  });
}

async function leaveTornJournal(story: Story): Promise<void> {
  const { machine, time } = story;
  captureMany(story, 3);
  await time.advance(50);
  const segment = journalsOf(machine).find((file) => file.endsWith('.log')) ?? '';
  const file = machine.volume.file(`${ROOT}/${segment}`);
  machine.volume.write(file, GARBAGE, file.cache.length);
  await crash(story);
}

async function capture(story: Story, bursts: typeof EARLY | typeof LATE): Promise<void> {
  for (const [count, textLength, ms] of bursts) {
    captureMany(story, count, textLength);
    await story.time.advance(ms);
  }
}

/** Captures one more, and delivers it with all that is left. */
async function drain(story: Story): Promise<void> {
  captureMany(story, 1);
  await story.time.settle(story.client.shutdown({ timeout: MINUTE_MS }));
  story.process.kill();
}

function captureMany({ client, ledger, process }: Story, count: number, textLength = 0): void {
  for (let index = 0; index < count; index += 1) {
    ledger.note(captureNext(client, ledger, textLength), () => !process.isDead);
  }
}

async function askAgain({ time, client, ledger }: Story): Promise<Asked> {
  const captured = captureNext(client, ledger);
  ledger.note(captured);
  const answer = await time.settle(captured.persisted, MINUTE_MS);
  return { mode: client.stats().mode, answer };
}

async function crash({ process, machine, time, client }: Story): Promise<void> {
  process.kill();
  machine.cutPower();
  await time.settle(client.shutdown({ timeout: 0 }));
  await time.advance(2 * MINUTE_MS);
}
