/**
 * State that all clients of a process share, so that ids and times of operations only increase across them. It is
 * stored on the global object, because a process that loads this package as an ES module and as CommonJS has its code
 * twice.
 */
import { createIdGenerator, type IdGenerator } from '@dataloaf/core/ids';

interface ProcessState {
  readonly ids: IdGenerator;
  lastOperationMs: number;
  /** The process has been told that it has many clients. Absent in the state of an older version. */
  isCrowdReported?: boolean;
}

const KEY = Symbol.for('@dataloaf/sdk process state 1');

export function processState(): ProcessState {
  const shared: typeof globalThis & { [KEY]?: ProcessState } = globalThis;
  shared[KEY] ??= { ids: createIdGenerator(), lastOperationMs: 0 };
  return shared[KEY];
}
