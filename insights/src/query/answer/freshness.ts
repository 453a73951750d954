/** How fresh the data is, from what the loader reported last. Instants are ISO 8601 in UTC. */
import type { LastTick } from '@dataloaf/core/last-tick';

export interface FreshnessAnswer {
  /** Everything that arrived before this instant is loaded; null before the first load. */
  readonly loaded_up_to: string | null;
  readonly checked_at: string | null;
  /** The newest load. */
  readonly load_id: number | null;
  /** Objects that could not be loaded and wait for a person. */
  readonly parked: number;
}

/** `tick` is undefined before the first tick. */
export const freshnessAnswerOf = (tick: LastTick | undefined): FreshnessAnswer => ({
  loaded_up_to: tick?.completeTo?.toISOString() ?? null,
  checked_at: tick?.checkedAt.toISOString() ?? null,
  load_id: tick?.loadId ?? null,
  parked: tick?.parked ?? 0,
});
