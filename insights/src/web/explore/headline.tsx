/** The three figures above the chart. */
import { nounFor } from '../words/nouns.ts';
import { formatAverage, formatCount } from '../words/numbers.ts';
import { formatBucket, formatDays } from '../words/times.ts';
import { labelOf } from './measure-words.ts';
import type { TrendPicture } from './picture.ts';
import { averageOf, peakOf } from './summary.ts';

export function Headline({ picture }: { readonly picture: TrendPicture }) {
  const { buckets, granularity, measure, noun, range, total } = picture;
  const peak = peakOf(buckets);
  const isAverageOfSome = buckets.some((bucket) => !bucket.isComplete) && buckets.some((bucket) => bucket.isComplete);
  return (
    <dl class="headline">
      <div>
        <dt>{labelOf(measure)}</dt>
        <dd class="number">{formatCount(total)}</dd>
        <dd class="aside">{formatDays(range.from, range.to)}</dd>
      </div>
      <div>
        <dt>Average per {granularity}</dt>
        <dd class="number">{formatAverage(averageOf(buckets))}</dd>
        <dd class="aside">{isAverageOfSome ? `complete ${granularity}s only` : nounFor(noun, 2)}</dd>
      </div>
      {peak === undefined ? null : (
        <div>
          <dt>Busiest {granularity}</dt>
          <dd class="number">{formatCount(peak.value)}</dd>
          <dd class="aside">{formatBucket(peak.start, granularity)}</dd>
        </div>
      )}
    </dl>
  );
}
