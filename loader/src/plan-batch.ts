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

/** The objects of a load, and those that a full listing found. */
export interface PlanWithLate extends Plan {
  /** Late objects among `objects`. */
  readonly late: number;
  /** Whether late objects wait for the next load. */
  readonly isLateLeft: boolean;
}

/** Takes objects in the order of their hours, both streams together, up to the limits of one load. */
export function planObjects(found: readonly ListedObject[]): Plan {
  return fill([], found);
}

/** Late objects take the room that the others leave, so that a restored backup does not hold up what arrives now. */
export function addLate(plan: Plan, late: readonly ListedObject[]): PlanWithLate {
  const { objects } = plan.leftOver === undefined ? fill(plan.objects, late) : plan;
  const taken = objects.length - plan.objects.length;
  return { objects, leftOver: plan.leftOver, late: taken, isLateLeft: taken < late.length };
}

/** Adds objects in the order of their hours, up to the limits of one load. */
function fill(taken: readonly ListedObject[], more: readonly ListedObject[]): Plan {
  const objects = [...taken];
  let bytes = taken.reduce((sum, object) => sum + object.bytes, 0);
  for (const object of [...more].sort((left, right) => compare(positionOf(left), positionOf(right)))) {
    // A single object above the limit still has to be loaded.
    const isFull = objects.length > 0 && bytes + object.bytes > BYTES_PER_LOAD_MAX;
    if (isFull || objects.length === OBJECTS_PER_LOAD_MAX) return { objects, leftOver: object };
    bytes += object.bytes;
    objects.push(object);
  }
  return { objects, leftOver: undefined };
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
