/**
 * The state of Explore. The address holds the query; the state holds the server's latest answer. A new query aborts
 * the one before it, so a late answer is dropped.
 */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { EventsAnswer } from '../../query/answer/event-names.ts';
import type { TrendAnswer } from '../../query/answer/trend.ts';
import { DEFAULT_TREND, type TrendQuery } from '../../query/model/trend.ts';
import { LAST_30_DAYS, type Period } from '../../query/time/model.ts';
import { formatTrend, parseTrend } from '../../query/url/trend.ts';
import type { Address } from '../page/address.ts';
import type { Failure, GetJson } from '../page/get-json.ts';
import type { View } from '../page/page-state.ts';
import { type AttributeSources, createAttributeSources } from './builder/attribute-source.ts';

export interface ExploreState extends View {
  readonly query: ReadonlySignal<TrendQuery>;
  /** The chosen period, or the one that the server chose in place of a smart one. */
  readonly period: ReadonlySignal<Period>;
  /** The latest answer, which stays while the next one loads. */
  readonly answer: ReadonlySignal<TrendAnswer | undefined>;
  readonly failure: ReadonlySignal<Failure | undefined>;
  readonly isLoading: ReadonlySignal<boolean>;
  /** Changes the query and the address, and sends the query. */
  change(part: Partial<TrendQuery>): void;
  retry(): void;
  /** False when the address holds no question: asking again cannot help. */
  canRetry(): boolean;
  readonly attributes: AttributeSources;
  start(): void;
}

/** What each part of the view draws. */
export interface ExploreProps {
  readonly state: ExploreState;
  /** The known events; undefined until the server has answered. */
  readonly events: ReadonlySignal<EventsAnswer | undefined>;
}

export interface ExplorePorts {
  readonly getJson: GetJson;
  readonly address: Address;
  readonly loadEvents: () => Promise<void>;
}

export function createExploreState({ getJson, address, loadEvents }: ExplorePorts): ExploreState {
  const query = signal<TrendQuery>(DEFAULT_TREND);
  const answer = signal<TrendAnswer | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  const isLoading = signal(true);
  const attributes = createAttributeSources(getJson);
  let isAddressFine = true;
  let current = new AbortController();

  const load = async (): Promise<void> => {
    current.abort();
    const mine = new AbortController();
    current = mine;
    isLoading.value = true;
    const got = await getJson<TrendAnswer>(`/api/query?${formatTrend(query.peek())}`, mine.signal);
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
      query.value = DEFAULT_TREND;
      isLoading.value = false;
      failure.value = { message: 'This link is not a valid query.', hint: reason };
    });
  };
  const readAddress = (): void => {
    const parsed = parseTrend(address.read());
    isAddressFine = parsed.ok;
    if (!parsed.ok) {
      refuse(parsed.reason);
      return;
    }
    query.value = parsed.value;
    void load();
    void loadEvents();
  };
  const change = (part: Partial<TrendQuery>): void => {
    isAddressFine = true;
    query.value = { ...query.peek(), ...part };
    address.push(formatTrend(query.peek()));
    void load();
  };
  return {
    query,
    answer,
    failure,
    isLoading,
    period: computed(() => settledPeriod(query.value, answer.value)),
    change,
    attributes,
    canRetry: () => isAddressFine,
    retry: readAddress,
    reload() {
      attributes.forget();
      void load();
    },
    shown: () => (isLoading.peek() || failure.peek() !== undefined ? undefined : answer.peek()),
    start() {
      address.onChange(readAddress);
      readAddress();
    },
  };
}

function settledPeriod(query: TrendQuery, answer: TrendAnswer | undefined): Period {
  if (query.period.kind !== 'smart') return query.period;
  const settled = answer === undefined ? undefined : parseTrend(answer.query);
  return settled?.ok ? settled.value.period : { kind: 'last', span: LAST_30_DAYS };
}
