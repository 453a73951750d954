import type { Target } from '../target.ts';

/** A target that this process started, and its end. */
export interface RunningTarget {
  readonly target: Target;
  stop(): Promise<void>;
}

/** Where it could not be started, why; for people. */
export type Starting =
  | { readonly kind: 'started'; readonly running: RunningTarget }
  | { readonly kind: 'missing'; readonly why: string };
