/** The three numbers above the chart. */
import { averageOf, peakOf } from '../../query/time/buckets.ts';
import { formatAverage, formatBucket, formatCount, formatDays } from '../words/times.ts';
import { type Picture, unitOf } from './picture.ts';

export function Headline({ picture }: { readonly picture: Picture }) {
  const { buckets, granularity, measure, range, total } = picture;
  const peak = peakOf(buckets);
  const isAverageOfSome = buckets.some((bucket) => !bucket.isComplete) && buckets.some((bucket) => bucket.isComplete);
  return (
    <dl class="headline">
      <div>
        <dt>{measure === 'events' ? 'Events' : 'Unique users'}</dt>
        <dd class="number">{formatCount(total)}</dd>
        <dd class="aside">{formatDays(range.from, range.to)}</dd>
      </div>
      <div>
        <dt>Average per {granularity}</dt>
        <dd class="number">{formatAverage(averageOf(buckets))}</dd>
        <dd class="aside">{isAverageOfSome ? `complete ${granularity}s only` : unitOf(measure, 2)}</dd>
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
