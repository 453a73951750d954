/**
 * What all clients of a process share, so that ids and times of operations go forward over all of them. It hangs on the
 * global object: a process that loads this package both as an ES module and as CommonJS has its code twice.
 */
import { createIdGenerator, type IdGenerator } from '@dataloaf/core/ids';

interface ProcessState {
  readonly ids: IdGenerator;
  lastOperationMs: number;
}

const KEY = Symbol.for('@dataloaf/sdk process state 1');

export function processState(): ProcessState {
  const global: typeof globalThis & { [KEY]?: ProcessState } = globalThis;
  global[KEY] ??= { ids: createIdGenerator(), lastOperationMs: 0 };
  return global[KEY];
}
