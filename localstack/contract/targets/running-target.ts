/** Targets that this process starts, or the reason why it cannot. */
import { ContainerError } from '../../src/containers/container-error.ts';
import type { Target } from '../target.ts';

/** A target that this process started. */
export interface RunningTarget {
  readonly target: Target;
  stop(): Promise<void>;
}

/** `why` is for people. */
export type Starting =
  | { readonly kind: 'started'; readonly running: RunningTarget }
  | { readonly kind: 'missing'; readonly why: string };

/** A machine may lack an engine or an image; every other failure of containers is a real failure. */
const LACKING = ['docker_missing', 'image_missing'];

export function missingContainers(error: unknown): Starting {
  if (error instanceof ContainerError && LACKING.includes(error.code)) return { kind: 'missing', why: error.message };
  throw error;
}
