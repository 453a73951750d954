/** Chooses ports: the default ones, the next free ones when another program uses those, or any free ones. */
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { StackError } from '../stack-error.ts';

export interface PortNumbers {
  readonly insights: number;
  readonly api: number;
  readonly aws: number;
}

export interface ChosenPorts extends PortNumbers {
  /** One sentence for each port that differs from the requested one. */
  readonly notes: readonly string[];
}

const DEFAULTS: PortNumbers = { insights: 8080, api: 8081, aws: 4566 };
/** How many ports after the requested one are tried. */
const TRIES = 50;
/** A stack that was just killed releases its ports within this time. */
const NAMED_WAIT_MS = 1_500;
const NAMED_POLL_MS = 50;
const SERVICES = { insights: 'Insights', api: 'the API', aws: 'AWS' } as const;

/** @throws StackError when none of the ports after the requested one is free */
export async function choosePorts(base: number | undefined): Promise<ChosenPorts> {
  if (base === 0) return { insights: 0, api: 0, aws: 0, notes: [] };
  const requested = base === undefined ? DEFAULTS : { insights: base, api: base + 1, aws: base + 2 };
  if (base !== undefined) await waitForAll(Object.values(requested));
  // A service that has to move must not take a port that another one requested.
  const taken = new Set<number>(Object.values(requested));
  const insights = await findFree(requested.insights, taken);
  const api = await findFree(requested.api, taken);
  const aws = await findFree(requested.aws, taken);
  return { insights, api, aws, notes: notesOn(requested, { insights, api, aws }) };
}

function notesOn(requested: PortNumbers, chosen: PortNumbers): readonly string[] {
  return (['insights', 'api', 'aws'] as const)
    .filter((part) => chosen[part] !== requested[part])
    .map((part) => `Port ${requested[part]} is in use, so ${SERVICES[part]} uses port ${chosen[part]}.`);
}

async function waitForAll(ports: readonly number[]): Promise<void> {
  for (let waited = 0; waited < NAMED_WAIT_MS; waited += NAMED_POLL_MS) {
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return;
    await pause(NAMED_POLL_MS);
  }
}

async function findFree(requested: number, taken: Set<number>): Promise<number> {
  for (let port = requested; port < requested + TRIES && port <= 65_535; port += 1) {
    if ((port !== requested && taken.has(port)) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new StackError(
    'no_free_port',
    `Expected a free port from ${requested} to ${requested + TRIES - 1}, found none.`,
    {
      hint: 'Use --port 0 for any free ports.',
    },
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
