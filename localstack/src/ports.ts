/** Chooses ports: the usual ones, the next free ones when another program has them, or any. */
import { createServer } from 'node:net';
import { LocalStackError } from './local-stack-error.ts';

export interface Ports {
  readonly insights: number;
  readonly api: number;
  readonly aws: number;
}

const USUAL: Ports = { insights: 8080, api: 8081, aws: 4566 };
/** How far from the wished port a free one is looked for. */
const TRIES = 50;

/** @throws LocalStackError when nothing near is free */
export async function choosePorts(base: number | undefined): Promise<Ports> {
  if (base === 0) return { insights: 0, api: 0, aws: 0 };
  const wished = base === undefined ? USUAL : { insights: base, api: base + 1, aws: base + 2 };
  const taken = new Set<number>();
  const insights = await findFree(wished.insights, taken);
  const api = await findFree(wished.api, taken);
  const aws = await findFree(wished.aws, taken);
  return { insights, api, aws };
}

async function findFree(wished: number, taken: Set<number>): Promise<number> {
  for (let port = wished; port < wished + TRIES && port <= 65_535; port += 1) {
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new LocalStackError('no_free_port', `Expected a free port from ${wished} on, found none.`, {
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
