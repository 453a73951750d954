/** Decides whether the latest freshness shows that the numbers on the page are out of date. */
import type { FreshnessAnswer } from '../../query/answer/freshness.ts';

/** Any answer on the screen. */
export interface Shown {
  readonly load_id: number | null;
}

export interface Look {
  /** The freshness of the poll before: undefined when this is the first, null when it failed. */
  readonly before: FreshnessAnswer | null | undefined;
  readonly seen: FreshnessAnswer;
  /** Undefined while a request is in flight, or when the latest one failed. */
  readonly shown: Shown | undefined;
}

/**
 * True after a new load since the poll before, or one that the numbers, requested a moment earlier, do not include yet. A
 * failed query is repeated once per load, not at each poll: that would abandon the response that it waits for.
 */
export function needsReload({ before, seen, shown }: Look): boolean {
  const isNewSince = before !== undefined && before?.load_id !== seen.load_id;
  return isNewSince || (shown !== undefined && shown.load_id !== seen.load_id);
}
