/** Plans one load: which of the found objects it takes, and its identity. Pure. */
import { createHash } from 'node:crypto';
import { BYTES_PER_LOAD_MAX, OBJECTS_PER_LOAD_MAX } from '@dataloaf/core/limits';
import { type ListedObject, positionOf, uriOf } from './objects.ts';

export interface LoadBatch {
  /** SHA-1 of the objects and the generation: two loaders with the same objects plan the same batch. */
  readonly batchId: string;
  readonly generation: number;
  /** In the order of their addresses. */
  readonly objects: readonly ListedObject[];
}

export interface Plan {
  readonly objects: readonly ListedObject[];
  /** The first object that waits for the next load; undefined when none does. */
  readonly leftOver: ListedObject | undefined;
}

/** Takes objects in the order of their hours, both streams together, up to the limits of one load. */
export function planObjects(found: readonly ListedObject[]): Plan {
  const ordered = [...found].sort((left, right) => compare(positionOf(left), positionOf(right)));
  let bytes = 0;
  let count = 0;
  for (const object of ordered) {
    // A single object above the limit still has to be loaded.
    if (count === OBJECTS_PER_LOAD_MAX || (count > 0 && bytes + object.bytes > BYTES_PER_LOAD_MAX)) break;
    bytes += object.bytes;
    count += 1;
  }
  return { objects: ordered.slice(0, count), leftOver: ordered[count] };
}

export function makeBatch(objects: readonly ListedObject[], generation: number): LoadBatch {
  const ordered = [...objects].sort((left, right) => compare(uriOf(left), uriOf(right)));
  const hash = createHash('sha1').update(`generation ${generation}\n`);
  for (const object of ordered) hash.update(`${uriOf(object)}|${object.etag}|${object.bytes}\n`);
  return { batchId: hash.digest('hex'), generation, objects: ordered };
}

const compare = (left: string, right: string): number => {
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
