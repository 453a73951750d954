/** Collects the result of stats(): a snapshot, cheap enough for a metrics endpoint. */

import type { Stats } from '../types.ts';
import type { Pipeline } from './pipeline.ts';
import type { Reporter } from './reporter.ts';

export interface StatsPorts {
  readonly captured: number;
  /** Undefined for a disabled client. */
  readonly pipeline: Pipeline | undefined;
  readonly reporter: Reporter;
}

export function collectStats({ captured, pipeline, reporter }: StatsPorts): Stats {
  const journal = pipeline?.journal;
  return {
    mode: journal?.mode ?? 'disabled',
    captured,
    delivered: pipeline?.delivered ?? 0,
    dropped: { ...reporter.dropped },
    attributesLeftOut: reporter.attributesLeftOut,
    pendingItems: pipeline?.pendingItems ?? 0,
    pendingBytes: journal?.pendingBytes ?? 0,
    memoryBytes: journal?.memoryBytes ?? 0,
    diskBytes: journal?.diskBytes ?? 0,
    adoptedFolders: pipeline?.adopter.size ?? 0,
    inFlight: pipeline?.dispatcher.inFlight ?? 0,
    requests: pipeline?.requests ?? 0,
    retries: pipeline?.retries ?? 0,
    requeued: pipeline?.requeued ?? 0,
    lastError: reporter.lastError,
  };
}
