/** The numbers of the chart as a table, newest first, for eyes, screen readers and the clipboard alike. */
import { useSignal } from '@preact/signals';
import { isAdditive } from '../../query/model/measure.ts';
import type { Bar } from '../chart/bars.ts';
import { capitalized, nounFor } from '../words/nouns.ts';
import { formatCount, formatShare } from '../words/numbers.ts';
import { formatBucket } from '../words/times.ts';
import { labelOf } from './measure-words.ts';
import type { TrendPicture } from './picture.ts';

/** A click shows the rest. Thousands of rows at once would make each answer slow to draw. */
const ROWS_SHOWN = 100;

export function BucketTable({ picture }: { readonly picture: TrendPicture }) {
  const isWhole = useSignal(false);
  const { buckets, granularity, measure, noun, zone } = picture;
  const newestFirst = buckets.toReversed();
  const shown = isWhole.value ? newestFirst : newestFirst.slice(0, ROWS_SHOWN);
  const max = Math.max(...buckets.map((bucket) => bucket.value));
  // The same user may be in several buckets, so a share of the total would mean nothing.
  const hasShares = isAdditive(measure);
  return (
    <div class="card table">
      <table>
        <caption class="unseen">
          {nounFor(noun, 2)} by {granularity}, newest first
        </caption>
        <thead>
          <tr>
            <th scope="col">
              {capitalized(granularity)} ({zone})
            </th>
            <th scope="col" class="right">
              {labelOf(measure)}
            </th>
            <th scope="col" class="share">
              {hasShares ? 'Share' : <span class="unseen">Compared with the largest</span>}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((bucket) => (
            <BucketRow key={bucket.start} bucket={bucket} picture={picture} max={max} hasShares={hasShares} />
          ))}
        </tbody>
      </table>
      {shown.length < buckets.length ? (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            isWhole.value = true;
          }}
        >
          Show all {formatCount(buckets.length)} rows
        </button>
      ) : null}
    </div>
  );
}

interface BucketRowProps {
  readonly bucket: Bar;
  readonly picture: TrendPicture;
  readonly max: number;
  readonly hasShares: boolean;
}

function BucketRow({ bucket, picture, max, hasShares }: BucketRowProps) {
  const { start, value, isComplete } = bucket;
  return (
    <tr class={value === 0 ? 'zero' : ''}>
      <th scope="row">
        {formatBucket(start, picture.granularity)}
        {isComplete ? null : <span class="tag">partial</span>}
      </th>
      <td class="right">{formatCount(value)}</td>
      <td class="share">
        <span class="track" aria-hidden="true">
          <span
            class={isComplete ? 'fill' : 'fill partial'}
            style={{ width: `${max === 0 ? 0 : (value / max) * 100}%` }}
          />
        </span>
        {hasShares ? <span class="percent">{formatShare(value, picture.total)}</span> : null}
      </td>
    </tr>
  );
}
