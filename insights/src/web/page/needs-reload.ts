/** Whether a look at the freshness shows that the numbers on the page are not the newest. */
import type { FreshnessAnswer, SeriesAnswer } from '../../query/answers.ts';

export interface Look {
  /** The look before: undefined when this is the first, null when it failed. */
  readonly before: FreshnessAnswer | null | undefined;
  readonly seen: FreshnessAnswer;
  /** What is shown; undefined while an answer is on its way, or when the last question failed. */
  readonly shown: SeriesAnswer | undefined;
}

/**
 * A new load since the look before, or one that the numbers, asked for a moment earlier, do not have yet. A failed question
 * is asked again once for each load, not at each look: it would give up the answer that it waits for.
 */
export function needsReload({ before, seen, shown }: Look): boolean {
  const isNewSince = before !== undefined && before?.load_id !== seen.load_id;
  return isNewSince || (shown !== undefined && shown.load_id !== seen.load_id);
}
