/**
 * The state of the series view. The address holds the query; the state holds the server's latest answer. A new query aborts
 * the one before it, so a late answer is dropped.
 */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { EventsAnswer } from '../../query/event-names.ts';
import type { SeriesAnswer } from '../../query/series/answer.ts';
import { DEFAULT_SERIES_QUERY, type SeriesQuery } from '../../query/series/model.ts';
import { formatSeries, parseSeries } from '../../query/series/parse.ts';
import type { Period } from '../../query/time/model.ts';
import type { Address } from '../page/address.ts';
import type { Failure, GetJson } from '../page/get-json.ts';
import type { View } from '../page/page-state.ts';

export interface SeriesState extends View {
  readonly query: ReadonlySignal<SeriesQuery>;
  /** The chosen period, or the one that the server chose in place of a smart one. */
  readonly period: ReadonlySignal<Period>;
  /** The latest answer, which stays while the next one loads. */
  readonly answer: ReadonlySignal<SeriesAnswer | undefined>;
  readonly failure: ReadonlySignal<Failure | undefined>;
  readonly isLoading: ReadonlySignal<boolean>;
  /** Changes the query and the address, and sends the query. */
  change(part: Partial<SeriesQuery>): void;
  retry(): void;
  start(): void;
}

/** What each part of the view draws. */
export interface SeriesProps {
  readonly state: SeriesState;
  /** The known events; undefined until the server has answered. */
  readonly events: ReadonlySignal<EventsAnswer | undefined>;
}

export interface SeriesPorts {
  readonly getJson: GetJson;
  readonly address: Address;
  readonly loadEvents: () => Promise<void>;
}

export function createSeriesState({ getJson, address, loadEvents }: SeriesPorts): SeriesState {
  const query = signal<SeriesQuery>(DEFAULT_SERIES_QUERY);
  const answer = signal<SeriesAnswer | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  const isLoading = signal(true);
  let current = new AbortController();

  const load = async (): Promise<void> => {
    current.abort();
    const mine = new AbortController();
    current = mine;
    isLoading.value = true;
    const got = await getJson<SeriesAnswer>(`/api/series?${formatSeries(query.peek())}`, mine.signal);
    if (mine.signal.aborted) return;
    batch(() => {
      isLoading.value = false;
      failure.value = got.ok ? undefined : got.failure;
      if (got.ok) answer.value = got.answer;
    });
  };
  const refuse = (reason: string): void => {
    current.abort();
    batch(() => {
      query.value = DEFAULT_SERIES_QUERY;
      isLoading.value = false;
      failure.value = { message: 'This link is not a valid query.', hint: reason };
    });
  };
  const readAddress = (): void => {
    const parsed = parseSeries(address.read());
    if (!parsed.ok) {
      refuse(parsed.reason);
      return;
    }
    query.value = parsed.value;
    void load();
    void loadEvents();
  };
  return {
    query,
    answer,
    failure,
    isLoading,
    period: computed(() => settledPeriod(query.value, answer.value)),
    change(part) {
      query.value = { ...query.peek(), ...part };
      address.push(formatSeries(query.peek()));
      void load();
    },
    retry: readAddress,
    reload: () => void load(),
    shown: () => (isLoading.peek() || failure.peek() !== undefined ? undefined : answer.peek()),
    start() {
      address.onChange(readAddress);
      readAddress();
    },
  };
}

function settledPeriod(query: SeriesQuery, answer: SeriesAnswer | undefined): Period {
  if (query.period.kind !== 'smart') return query.period;
  const settled = answer === undefined ? undefined : parseSeries(answer.query);
  return settled?.ok ? settled.value.period : { kind: 'last', span: '30d' };
}
