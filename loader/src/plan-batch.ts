/** Plans one load: which of the found objects it takes, and its identity. Pure. */
import { createHash } from 'node:crypto';
import { BYTES_PER_LOAD_MAX, OBJECTS_PER_LOAD_MAX } from '@dataloaf/core/limits';
import { type ListedObject, placeOf, uriOf } from './objects.ts';

export interface LoadBatch {
  /** SHA-1 of what it lists and the generation: the same objects are the same batch, whoever plans it. */
  readonly batchId: string;
  readonly generation: number;
  /** In the order of their addresses. */
  readonly files: readonly ListedObject[];
}

export interface Plan {
  readonly files: readonly ListedObject[];
  /** The first object that waits for the next load, undefined when none does. */
  readonly leftOver: ListedObject | undefined;
}

/** Takes objects in the order of their hours, both streams together, as far as one load carries them. */
export function planFiles(found: readonly ListedObject[]): Plan {
  const ordered = [...found].sort((left, right) => compare(placeOf(left), placeOf(right)));
  let bytes = 0;
  let count = 0;
  for (const object of ordered) {
    // A single object above the limit still has to be loaded.
    if (count === OBJECTS_PER_LOAD_MAX || (count > 0 && bytes + object.bytes > BYTES_PER_LOAD_MAX)) break;
    bytes += object.bytes;
    count += 1;
  }
  return { files: ordered.slice(0, count), leftOver: ordered[count] };
}

export function makeBatch(files: readonly ListedObject[], generation: number): LoadBatch {
  const ordered = [...files].sort((left, right) => compare(uriOf(left), uriOf(right)));
  const hash = createHash('sha1').update(`generation ${generation}\n`);
  for (const file of ordered) hash.update(`${uriOf(file)}|${file.etag}|${file.bytes}\n`);
  return { batchId: hash.digest('hex'), generation, files: ordered };
}

const compare = (left: string, right: string): number => {
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
