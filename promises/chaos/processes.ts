/** Finds the processes of a stack by what they are. Linux only: reads /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { readProcessStat } from '@dataloaf/core/process-identity';
import { treeOf } from '../tools/local-process.ts';
import type { Victim } from './plan.ts';

export interface StackPlaces {
  /** Of the process that was started: the launcher. Undefined while none runs. */
  readonly launcher: number | undefined;
  /** The folder of Postgres, which names its server also after the launcher is gone. */
  readonly postgresHome: string;
}

/** Processes of this kind that run now. Those of SDK hosts belong to the traffic. */
export function processesOf(victim: Exclude<Victim, 'sdk host'>, places: StackPlaces): readonly number[] {
  const servers = withCommand(allProcesses(), ` -D ${places.postgresHome}/data `);
  switch (victim) {
    case 'launcher':
      return places.launcher === undefined ? [] : [places.launcher];
    case 'stack':
      return withCommand(below(places.launcher), 'localstack/src/run/main.ts');
    case 'insights':
      return withCommand(below(places.launcher), 'insights/dist/server.mjs');
    case 'watchdog':
      return servers.flatMap((pid) => withCommand(below(places.launcher), ` dataloaf-watchdog ${pid} `));
    case 'postgres':
      return servers;
    case 'backend':
      return servers.flatMap((pid) => childrenOf(pid));
  }
}

const below = (root: number | undefined): readonly number[] => (root === undefined ? [] : treeOf(root).slice(1));

const childrenOf = (parent: number): readonly number[] =>
  allProcesses().filter((pid) => readProcessStat(pid)?.parentPid === parent);

const allProcesses = (): readonly number[] => readdirSync('/proc').map(Number).filter(Number.isInteger);

const withCommand = (pids: readonly number[], part: string): readonly number[] =>
  pids.filter((pid) => commandOf(pid).includes(part));

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has ended.
  }
}
