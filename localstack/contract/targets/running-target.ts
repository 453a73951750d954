/** Targets that this process starts, and where it cannot. */
import { ContainerError } from '../../src/containers/container-error.ts';
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

/** No engine and no image are what a machine may lack; every other failure of containers is one. */
const LACKING = ['docker_missing', 'image_missing'];

export function missingContainers(error: unknown): Starting {
  if (error instanceof ContainerError && LACKING.includes(error.code)) return { kind: 'missing', why: error.message };
  throw error;
}
