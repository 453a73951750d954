/** Chooses ports: the usual ones, the next free ones when another program has them, or any. */
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { StackError } from '../stack-error.ts';

export interface PortNumbers {
  readonly insights: number;
  readonly api: number;
  readonly aws: number;
}

export interface ChosenPorts extends PortNumbers {
  /** One sentence for each port that is not the wished one. */
  readonly notes: readonly string[];
}

const USUAL: PortNumbers = { insights: 8080, api: 8081, aws: 4566 };
/** How far from the wished port a free one is looked for. */
const TRIES = 50;
/** A stack that was killed a moment ago gives its ports back within this. */
const NAMED_WAIT_MS = 1_500;
const NAMED_POLL_MS = 50;
const PARTS = { insights: 'Insights', api: 'the API', aws: 'AWS' } as const;

/** @throws StackError when nothing near is free */
export async function choosePorts(base: number | undefined): Promise<ChosenPorts> {
  if (base === 0) return { insights: 0, api: 0, aws: 0, notes: [] };
  const wished = base === undefined ? USUAL : { insights: base, api: base + 1, aws: base + 2 };
  if (base !== undefined) await waitForAll(Object.values(wished));
  // The first that has to move does not take a place that another one wishes for.
  const taken = new Set<number>(Object.values(wished));
  const insights = await findFree(wished.insights, taken);
  const api = await findFree(wished.api, taken);
  const aws = await findFree(wished.aws, taken);
  return { insights, api, aws, notes: notesOn(wished, { insights, api, aws }) };
}

function notesOn(wished: PortNumbers, chosen: PortNumbers): readonly string[] {
  return (['insights', 'api', 'aws'] as const)
    .filter((part) => chosen[part] !== wished[part])
    .map((part) => `Port ${wished[part]} is in use: ${PARTS[part]} takes ${chosen[part]}.`);
}

async function waitForAll(ports: readonly number[]): Promise<void> {
  for (let waited = 0; waited < NAMED_WAIT_MS; waited += NAMED_POLL_MS) {
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return;
    await pause(NAMED_POLL_MS);
  }
}

async function findFree(wished: number, taken: Set<number>): Promise<number> {
  for (let port = wished; port < wished + TRIES && port <= 65_535; port += 1) {
    if ((port !== wished && taken.has(port)) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new StackError('no_free_port', `Expected a free port from ${wished} on, found none.`, {
    hint: '--port 0 takes any free ones.',
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}
