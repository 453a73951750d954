/**
 * What every page of the app shares: the names of the events and how fresh the data is. A new load, noticed by polling the
 * freshness, reloads the view while its old numbers stay on the screen.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { EventsAnswer } from '../../query/answer/event-names.ts';
import type { FreshnessAnswer } from '../../query/answer/freshness.ts';
import type { GetJson } from './get-json.ts';
import { needsReload, type Shown } from './needs-reload.ts';

export interface PageState {
  /** Undefined until the first response. */
  readonly events: ReadonlySignal<EventsAnswer | undefined>;
  /** Undefined until the first response, null when the latest request failed. */
  readonly freshness: ReadonlySignal<FreshnessAnswer | null | undefined>;
  loadEvents(): Promise<void>;
  /** Starts to poll the freshness. */
  start(view: View): void;
}

/** The view on the page, such as the series, as far as a new load concerns it. */
export interface View {
  /** The numbers on the screen; undefined while a request is in flight or after a failed one. */
  shown(): Shown | undefined;
  reload(): void;
}

export interface PagePorts {
  readonly getJson: GetJson;
  readonly poll: (load: () => Promise<void>) => void;
}

export function createPageState({ getJson, poll }: PagePorts): PageState {
  const events = signal<EventsAnswer | undefined>(undefined);
  const freshness = signal<FreshnessAnswer | null | undefined>(undefined);

  const loadEvents = async (): Promise<void> => {
    const got = await getJson<EventsAnswer>('/api/events');
    // A failure leaves the picker without names. The view queries the same warehouse, and shows the reason.
    if (got.ok) events.value = got.answer;
  };
  const loadFreshness = async (view: View): Promise<void> => {
    const got = await getJson<FreshnessAnswer>('/api/freshness');
    const before = freshness.peek();
    freshness.value = got.ok ? got.answer : null;
    if (!got.ok || !needsReload({ before, seen: got.answer, shown: view.shown() })) return;
    view.reload();
    void loadEvents();
  };
  return { events, freshness, loadEvents, start: (view) => poll(() => loadFreshness(view)) };
}
