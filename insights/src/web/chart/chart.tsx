/**
 * The bar chart with its tooltip. Keyboards and screen readers use an invisible slider over the buckets, which is in the tab
 * order and moves the same cursor. The table below the chart has all the numbers.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { nounFor } from '../words/nouns.ts';
import { formatCount } from '../words/numbers.ts';
import { formatBucket, formatDays } from '../words/times.ts';
import type { BarChart, Pointed } from './bar-chart.ts';
import type { Bars } from './bars.ts';

/** The half of the page's script that only the chart needs loads beside the first answer. */
const library = import('./bar-chart.ts');

export function Chart({ bars }: { readonly bars: Bars }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<BarChart>(undefined);
  const pointed = useSignal<Pointed | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    const draw = async (): Promise<void> => {
      const { createBarChart } = await library;
      if (isGone || place.current === null) return;
      chart.current = createBarChart(place.current, bars, (where) => {
        pointed.value = where;
      });
    };
    void draw();
    return () => {
      isGone = true;
      pointed.value = undefined;
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [bars, pointed]);

  const { buckets, granularity, noun, range } = bars;
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
        aria-label={`${nounFor(noun, 2)} by ${granularity}, ${formatDays(range.from, range.to)}`}
        aria-valuetext={describe(bars, index)}
        onInput={(event) => chart.current?.point(Number(event.currentTarget.value))}
        onFocus={() => chart.current?.point(index)}
        onBlur={() => chart.current?.point(undefined)}
      />
      <div class="plot" ref={place} aria-hidden="true" />
      {pointed.value === undefined ? null : <Tooltip bars={bars} pointed={pointed.value} />}
      {hasPartial ? (
        <figcaption>
          <span class="swatch" aria-hidden="true" /> Partial: still open, still loading, or cut off by the period
        </figcaption>
      ) : null}
    </figure>
  );
}

function Tooltip({ bars, pointed }: { readonly bars: Bars; readonly pointed: Pointed }) {
  const bucket = bars.buckets[pointed.index];
  if (bucket === undefined) return null;
  const { noun, granularity } = bars;
  return (
    <div class={`tooltip to-${pointed.side}`} style={{ left: `${pointed.left}px` }} aria-hidden="true">
      <span class="when">{formatBucket(bucket.start, granularity)}</span>
      <span>
        <strong>{formatCount(bucket.value)}</strong> {nounFor(noun, bucket.value)}
        {bucket.isComplete ? '' : ', partial'}
      </span>
    </div>
  );
}

function describe({ buckets, granularity, noun }: Bars, index: number): string {
  const bucket = buckets[index];
  if (bucket === undefined) return '';
  const partial = bucket.isComplete ? '' : ', partial';
  return `${formatBucket(bucket.start, granularity)}: ${formatCount(bucket.value)} ${nounFor(noun, bucket.value)}${partial}`;
}
