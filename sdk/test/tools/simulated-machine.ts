/**
 * A volume and the processes on it. The power can be cut: all processes end, and the volume forgets what was not
 * synced.
 */

import type { DiskCall, Fault } from './disk-fault.ts';
import type { SeededRandom } from './seeded-random.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { SimulatedVolume } from './simulated-volume.ts';

export interface StartOptions {
  /** Undefined lets the call succeed. */
  readonly faultOf?: (call: DiskCall) => Fault | undefined;
  /** Processes see each other's pids only on one host. @default 'here' */
  readonly host?: string;
}

export interface SimulatedMachine {
  readonly volume: SimulatedVolume;
  start(options?: StartOptions): SimulatedProcess;
  cutPower(): void;
}

export function aMachine(random: SeededRandom, now: () => number): SimulatedMachine {
  const volume = new SimulatedVolume(random, now);
  const processes: SimulatedProcess[] = [];
  const writers = new Map<string, SimulatedProcess>();
  let boot = 1;
  return {
    volume,
    start({ faultOf = () => undefined, host = 'here' } = {}) {
      const started = new SimulatedProcess({ volume, random, faultOf, host, boot, writers });
      processes.push(started);
      return started;
    },
    cutPower() {
      for (const each of processes.splice(0)) each.kill();
      boot += 1;
      volume.cutPower();
    },
  };
}
