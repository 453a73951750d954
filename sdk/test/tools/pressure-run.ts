/** A simulated service for tests that script it step by step. */
import type { DataLoaf } from '../../src/client/client.ts';
import type { DataLoafOptions } from '../../src/types.ts';
import type { SeenItem } from './api-server.ts';
import type { DiskCall, Fault } from './disk-fault.ts';
import { Ledger } from './ledger.ts';
import { seededRandom } from './seeded-random.ts';
import { type SimulatedApi, simulateApi } from './simulated-api.ts';
import { aSimulatedClient, captureNext, journalsOf, ROOT } from './simulated-client.ts';
import { aMachine, type SimulatedMachine } from './simulated-machine.ts';
import { type VirtualTime, withVirtualTime } from './virtual-time.ts';

interface Service {
  readonly client: DataLoaf;
  kill(): void;
}

export interface Pressure {
  readonly time: VirtualTime;
  readonly ledger: Ledger;
  readonly api: SimulatedApi;
  /** In order. */
  readonly arrived: readonly SeenItem[];
  /** Offset of the service's wall clock from the virtual time. */
  readonly clock: { skewMs: number };
  start(options: DataLoafOptions): Service;
  /** From here on the disk is full at this many bytes. */
  limitDisk(bytes: number): void;
  /** Captures this many items of about 5 KB, each after the `persisted` answer of the one before. */
  fill(service: Service, count: number): Promise<void>;
}

const GROWING: ReadonlySet<string> = new Set<DiskCall['method']>([
  'write',
  'writeSync',
  'createSync',
  'replace',
  'replaceSync',
  'append',
  'makeFolderSync',
]);
const ITEM_TEXT_LENGTH = 5_000;

export function runPressure(story: (pressure: Pressure) => Promise<void>): Promise<void> {
  return withVirtualTime(async (time) => {
    const random = seededRandom(1);
    const ledger = new Ledger();
    const machine = aMachine(random, time.now);
    const clock = { skewMs: 0 };
    const arrived: SeenItem[] = [];
    const api = simulateApi((items) => {
      arrived.push(...items);
      ledger.arrived(items);
    });
    let capacity = Number.POSITIVE_INFINITY;
    const faultOf = ({ method }: DiskCall): Fault | undefined => {
      return GROWING.has(method) && bytesIn(machine) >= capacity ? { kind: 'error', code: 'ENOSPC' } : undefined;
    };
    const start = (options: DataLoafOptions): Service => {
      const process = machine.start({ faultOf });
      const setting = { disk: process.disk, now: () => time.now() + clock.skewMs, random, ledger };
      return { client: aSimulatedClient({ flushInterval: 10, ...options }, setting), kill: () => process.kill() };
    };
    const fill = async ({ client }: Service, count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        const captured = captureNext(client, ledger, ITEM_TEXT_LENGTH);
        ledger.note(captured);
        await time.settle(captured.persisted);
      }
    };
    try {
      const limitDisk = (bytes: number): void => {
        capacity = bytes;
      };
      await story({ time, ledger, api, arrived, clock, start, fill, limitDisk });
    } finally {
      api.restore();
    }
  });
}

function bytesIn(machine: SimulatedMachine): number {
  const files = journalsOf(machine).map((file) => machine.volume.file(`${ROOT}/${file}`));
  return files.reduce((sum, { cache }) => sum + cache.length, 0);
}
