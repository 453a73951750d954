/** What came back: numbers, chart and table, or the reason why there are none. The old picture stays while a new one loads. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Chart } from '../chart/chart.tsx';
import { BucketTable } from './bucket-table.tsx';
import { Headline } from './headline.tsx';
import { ErrorNote, NoEvents, NothingHere } from './notes.tsx';
import { pictureOf } from './picture.ts';
import type { Store } from './series-state.ts';

/** Answers from the cache come sooner: what would only flash is not announced. */
const ANNOUNCE_MS = 400;

export function Result({ store }: { readonly store: Store }) {
  const isSlow = useSignal(false);
  const isLoading = store.isLoading.value;
  useEffect(() => {
    isSlow.value = false;
    if (!isLoading) return;
    const timer = setTimeout(() => {
      isSlow.value = true;
    }, ANNOUNCE_MS);
    return () => clearTimeout(timer);
  }, [isLoading, isSlow]);
  return (
    <section class="result" aria-label="Result" aria-busy={isLoading}>
      <p class="progress" aria-live="polite">
        {isLoading && isSlow.value ? <span>Asking the warehouse …</span> : null}
      </p>
      <div class={isLoading ? 'stale' : ''}>
        <Content store={store} />
      </div>
    </section>
  );
}

function Content({ store }: { readonly store: Store }) {
  const failure = store.failure.value;
  const series = store.series.value;
  if (failure !== undefined) return <ErrorNote failure={failure} retry={store.retry} />;
  if (series === undefined) return <div class="card skeleton" />;
  const hasEvents = (store.events.value?.events.length ?? 1) > 0;
  if (series.extent === null && !hasEvents) return <NoEvents />;
  if (series.total === 0) return <NothingHere store={store} series={series} />;
  const picture = pictureOf(series);
  return (
    <>
      <Headline picture={picture} />
      <Chart picture={picture} />
      <BucketTable picture={picture} />
    </>
  );
}
