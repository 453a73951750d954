/** What the server's routes answer and the page reads. Instants are ISO 8601 in UTC; `load_id` is the newest load seen. */
import type { Granularity } from './series/model.ts';

export interface EventsAnswer {
  /** Most frequent first, over all time. */
  readonly events: readonly { readonly name: string; readonly count: number }[];
  /** Whether there are more names than are listed. */
  readonly more: boolean;
}

export interface SeriesAnswer {
  /** The query with what was left open settled, in its URL form. */
  readonly query: string;
  readonly granularity: Granularity;
  readonly from: string;
  readonly to: string;
  readonly buckets: readonly {
    readonly start: string;
    readonly end: string;
    readonly value: number;
    readonly complete: boolean;
  }[];
  /** Of the whole range; for users not the sum over the buckets. */
  readonly total: number;
  /** From when to when there are events of this name at all; null when there are none. */
  readonly extent: { readonly from: string; readonly to: string } | null;
  readonly load_id: number | null;
}

export interface FreshnessAnswer {
  /** Everything that arrived before this is loaded; null before the first load. */
  readonly loaded_up_to: string | null;
  readonly checked_at: string | null;
  readonly load_id: number | null;
  /** Objects that could not be loaded and wait for a person. */
  readonly parked: number;
}
