/**
 * The state of the page, in one place. The address holds the query; the store holds what the server said. A new query gives
 * up the one before it, so an answer that comes late is dropped. A new load, seen in the freshness, asks everything again
 * while the old picture stays.
 */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { EventsAnswer, FreshnessAnswer, SeriesAnswer } from '../../query/answers.ts';
import { DEFAULT_QUERY, type Period, type Query } from '../../query/series/model.ts';
import { formatQuery, parseQuery } from '../../query/series/parse.ts';
import { type Failure, getJson } from '../page/get-json.ts';
import { needsReload } from '../page/needs-reload.ts';

export interface Store {
  readonly query: ReadonlySignal<Query>;
  /** The chosen period, or what the server made of none. */
  readonly period: ReadonlySignal<Period>;
  readonly series: ReadonlySignal<SeriesAnswer | undefined>;
  readonly events: ReadonlySignal<EventsAnswer | undefined>;
  readonly failure: ReadonlySignal<Failure | undefined>;
  readonly isLoading: ReadonlySignal<boolean>;
  /** Undefined until the first answer, null when it cannot be had. */
  readonly freshness: ReadonlySignal<FreshnessAnswer | null | undefined>;
  /** Changes the query, the address, and asks. */
  change(part: Partial<Query>): void;
  retry(): void;
  start(): void;
}

const FRESHNESS_POLL_MS = 15_000;

export function createStore(): Store {
  const query = signal<Query>(DEFAULT_QUERY);
  const series = signal<SeriesAnswer | undefined>(undefined);
  const events = signal<EventsAnswer | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  const isLoading = signal(true);
  const freshness = signal<FreshnessAnswer | null | undefined>(undefined);
  const period = computed(() => settledPeriod(query.value, series.value));
  let current = new AbortController();

  const loadSeries = async (): Promise<void> => {
    current.abort();
    const mine = new AbortController();
    current = mine;
    isLoading.value = true;
    const got = await getJson<SeriesAnswer>(`/api/series?${formatQuery(query.peek())}`, mine.signal);
    if (mine.signal.aborted) return;
    batch(() => {
      isLoading.value = false;
      failure.value = got.ok ? undefined : got.failure;
      if (got.ok) series.value = got.answer;
    });
  };
  const loadEvents = async (): Promise<void> => {
    const got = await getJson<EventsAnswer>('/api/events');
    // Without it the picker lists no names; the series, which needs the same warehouse, tells the reason.
    if (got.ok) events.value = got.answer;
  };
  const loadAll = (): void => void Promise.all([loadSeries(), loadEvents()]);
  const loadFreshness = async (): Promise<void> => {
    const got = await getJson<FreshnessAnswer>('/api/freshness');
    const before = freshness.peek();
    freshness.value = got.ok ? got.answer : null;
    if (got.ok && needsReload({ before, seen: got.answer, shown: shownSeries() })) loadAll();
  };
  const shownSeries = (): SeriesAnswer | undefined =>
    isLoading.peek() || failure.peek() !== undefined ? undefined : series.peek();
  const readAddress = (): void => {
    const parsed = parseQuery(location.search);
    if (parsed.ok) {
      query.value = parsed.query;
      loadAll();
      return;
    }
    current.abort();
    batch(() => {
      query.value = DEFAULT_QUERY;
      isLoading.value = false;
      failure.value = { message: 'This address does not hold a query.', hint: parsed.reason };
    });
  };

  return {
    query,
    period,
    series,
    events,
    failure,
    isLoading,
    freshness,
    change(part) {
      query.value = { ...query.peek(), ...part };
      const search = formatQuery(query.peek());
      history.pushState(null, '', search === '' ? location.pathname : `?${search}`);
      void loadSeries();
    },
    retry: readAddress,
    start() {
      addEventListener('popstate', readAddress);
      readAddress();
      pollWhileSeen(loadFreshness);
    },
  };
}

/** Nobody looks at a hidden page, and its questions would keep a serverless warehouse awake. */
function pollWhileSeen(load: () => Promise<void>): void {
  const loadIfSeen = (): void => {
    if (!document.hidden) void load();
  };
  loadIfSeen();
  setInterval(loadIfSeen, FRESHNESS_POLL_MS);
  document.addEventListener('visibilitychange', loadIfSeen);
}

function settledPeriod(query: Query, series: SeriesAnswer | undefined): Period {
  if (query.period.kind !== 'smart') return query.period;
  const settled = series === undefined ? undefined : parseQuery(series.query);
  return settled?.ok ? settled.query.period : { kind: 'last', span: '30d' };
}
