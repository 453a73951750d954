/** The page from top to bottom. */
import { useSignalEffect } from '@preact/signals';
import { Controls } from '../series/controls.tsx';
import { Result } from '../series/result.tsx';
import type { Store } from '../series/series-state.ts';
import { formatPeriodLabel } from '../words/times.ts';
import { FreshnessNote } from './freshness-note.tsx';

export function App({ store }: { readonly store: Store }) {
  useSignalEffect(() => {
    const event = store.query.value.event ?? 'All events';
    document.title = `${event}, ${formatPeriodLabel(store.period.value).toLowerCase()} – DataLoaf`;
  });
  return (
    <>
      <header class="top">
        <a class="wordmark" href="/" aria-label="DataLoaf, start page">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <span>
            Data<b>Loaf</b>
          </span>
        </a>
        <FreshnessNote freshness={store.freshness} />
      </header>
      <main>
        <h1 class="unseen">Events over time</h1>
        <Controls store={store} />
        <Result store={store} />
      </main>
    </>
  );
}
