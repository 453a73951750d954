/**
 * Labels that name a container's owner: the stack's folder, its process, its machine. No reaper is needed: a stack removes
 * its containers when it stops, and each start removes the containers of dead processes. Engines are shared, and a process
 * number is meaningful only on its own machine, so containers of other machines (or of other containers) are left alone.
 */
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Log } from '@dataloaf/core/log';
import { isAlive, parseOwner, thisProcess } from '../owner.ts';
import { ContainerError } from './container-error.ts';
import type { Engine } from './engine.ts';

const LABEL = {
  folder: 'dataloaf.folder',
  process: 'dataloaf.process',
  machine: 'dataloaf.machine',
} as const;

/** `dir` is the absolute path of the stack's folder. */
export const ownershipLabels = (dir: string): Readonly<Record<string, string>> => ({
  [LABEL.folder]: dir,
  [LABEL.process]: JSON.stringify(thisProcess()),
  [LABEL.machine]: machine(),
});

/** Removes the containers of this process for a folder, in any state. */
export async function removeOwn(engine: Engine, dir: string): Promise<void> {
  const own = ownershipLabels(dir);
  await removeAll(engine, await list(engine, own));
}

/** Removes the containers of killed stacks of this machine. Returns the folders of those stacks. */
export async function removeLeftovers(engine: Engine, log: Pick<Log, 'warn'>): Promise<readonly string[]> {
  const containers = await list(engine, { [LABEL.machine]: machine() });
  const left = containers.filter(({ labels }) => !isAlive(parseOwner(labels[LABEL.process] ?? '')));
  if (left.length === 0) return [];
  await removeAll(engine, left);
  const folders = [...new Set(left.map(({ labels }) => labels[LABEL.folder] ?? ''))];
  log.warn({ containers: left.length, folders }, 'removed the containers of a killed stack');
  return folders;
}

interface Listed {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

async function list(engine: Engine, labels: Readonly<Record<string, string>>): Promise<readonly Listed[]> {
  const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const found = await engine.client.container.dockerode.listContainers({ all: true, filters: { label } });
  return found.map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
}

async function removeAll({ client }: Engine, containers: readonly Listed[]): Promise<void> {
  const removals = containers.map(({ id }) =>
    // Killed at once, as their data is lost anyway. `v` also removes their anonymous volumes.
    client.container.dockerode.getContainer(id).remove({ force: true, v: true }).catch(refuseUnlessGone),
  );
  await Promise.all(removals);
}

const NOT_FOUND = 404;
/** Somebody else is already removing it. */
const IN_PROGRESS = 409;

function refuseUnlessGone(error: unknown): void {
  const status: unknown = Object(error).statusCode;
  if (status === NOT_FOUND || status === IN_PROGRESS) return;
  throw new ContainerError('container_stays', 'Expected Docker to remove a container of a stack, it did not.', {
    cause: error,
    hint: `docker rm -f -v $(docker ps -aq --filter label=${LABEL.folder})`,
  });
}

/** The scope in which this process's number is unique. */
function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not Linux: process numbers are unique on the whole machine.
    return hostname();
  }
}
