/** What a test can do to one call of a simulated disk. */
import type { Disk } from '../../src/disk.ts';

export interface DiskCall {
  readonly method: keyof Disk;
  /** From 1, over all calls of the process. */
  readonly index: number;
  readonly path: string;
}

/** `short`: a write takes a part. `kill`: the process ends in the middle of this call. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'short' }
  | { readonly kind: 'kill' };

/** As Node throws it. */
export function diskError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
