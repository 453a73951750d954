/**
 * The bar chart with its tooltip. For the keyboard and screen readers there is a slider over the buckets, unseen but in
 * the tab order, which moves the same cursor; the table below has all numbers.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Picture, unitOf } from '../series/picture.ts';
import { formatBucket, formatCount, formatDays } from '../words/times.ts';
import { type BarChart, createBarChart, type Pointed } from './bar-chart.ts';

export function Chart({ picture }: { readonly picture: Picture }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<BarChart>(undefined);
  const pointed = useSignal<Pointed | undefined>(undefined);
  useEffect(() => {
    if (place.current === null) return;
    const drawn = createBarChart(place.current, picture, (where) => {
      pointed.value = where;
    });
    chart.current = drawn;
    return () => {
      pointed.value = undefined;
      drawn.destroy();
    };
  }, [picture, pointed]);

  const { buckets, granularity, measure, range } = picture;
  const index = pointed.value?.index ?? buckets.length - 1;
  const hasPartial = buckets.some((bucket) => !bucket.isComplete);
  return (
    <figure class="card chart">
      <input
        class="unseen"
        type="range"
        min={0}
        max={buckets.length - 1}
        value={index}
        aria-label={`${unitOf(measure, 2)} by ${granularity}, ${formatDays(range.from, range.to)}`}
        aria-valuetext={describe(picture, index)}
        onInput={(event) => chart.current?.point(Number(event.currentTarget.value))}
        onFocus={() => chart.current?.point(index)}
        onBlur={() => chart.current?.point(undefined)}
      />
      <div class="plot" ref={place} aria-hidden="true" />
      {pointed.value === undefined ? null : <Tooltip picture={picture} pointed={pointed.value} />}
      {hasPartial ? (
        <figcaption>
          <span class="swatch" aria-hidden="true" /> not complete: still running, still loading, or cut by the period
        </figcaption>
      ) : null}
    </figure>
  );
}

function Tooltip({ picture, pointed }: { readonly picture: Picture; readonly pointed: Pointed }) {
  const bucket = picture.buckets[pointed.index];
  if (bucket === undefined) return null;
  const { measure, granularity } = picture;
  return (
    <div class={`tooltip to-${pointed.side}`} style={{ left: `${pointed.left}px` }} aria-hidden="true">
      <span class="when">{formatBucket(bucket.start, granularity)}</span>
      <span>
        <strong>{formatCount(bucket.value)}</strong> {unitOf(measure, bucket.value)}
        {bucket.isComplete ? '' : ', partial'}
      </span>
    </div>
  );
}

function describe({ buckets, granularity, measure }: Picture, index: number): string {
  const bucket = buckets[index];
  if (bucket === undefined) return '';
  const partial = bucket.isComplete ? '' : ', not complete';
  return `${formatBucket(bucket.start, granularity)}: ${formatCount(bucket.value)} ${unitOf(measure, bucket.value)}${partial}`;
}
