/** The Result window: the answer as figures, chart and table, or a note when there is nothing to draw. */
import { useComputed, useSignal } from '@preact/signals';
import type { TrendAnswer } from '../../query/answer/trend.ts';
import { Chart } from '../chart/chart.tsx';
import type { Picture } from '../chart/picture.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { Lazy } from '../parts/lazy.tsx';
import { LoadingFrame } from '../parts/loading-frame.tsx';
import { NoEventsNote } from '../parts/no-events-note.tsx';
import type { ExploreProps } from './explore-state.ts';
import { Headline } from './headline.tsx';
import { Legend } from './legend.tsx';
import { NoMatchNote } from './no-match-note.tsx';
import { pictureOf } from './picture.ts';
import { ResultTable } from './result-table.tsx';

const loadDetails = async () => (await import('./details/details.tsx')).Details;

/** Lines that the chart draws at first. More cannot be told apart; the legend shows the others. */
const LINES_SHOWN = 12;

export function Result({ state, events }: ExploreProps) {
  return (
    <LoadingFrame isLoading={state.isLoading.value}>
      <Content state={state} events={events} />
    </LoadingFrame>
  );
}

function Content({ state, events }: ExploreProps) {
  const failure = state.failure.value;
  const answer = state.answer.value;
  if (failure !== undefined) return <ErrorNote failure={failure} retry={state.retry} canRetry={state.canRetry()} />;
  if (answer === undefined) return <div class="card skeleton" />;
  const hasEvents = (events.value?.events.length ?? 1) > 0;
  if (answer.extent === null && !hasEvents) return <NoEventsNote />;
  if (isEmpty(answer)) return <NoMatchNote state={state} extent={answer.extent} />;
  return (
    <>
      <Drawn picture={pictureOf(answer)} />
      <Lazy load={loadDetails} props={{ answer }} />
    </>
  );
}

function Drawn({ picture }: { readonly picture: Picture }) {
  const toggled = useSignal<ReadonlySet<string>>(new Set());
  const hidden = useComputed(() => {
    const extra = picture.lines.slice(LINES_SHOWN).map(({ key }) => key);
    const keys = new Set(extra);
    for (const key of toggled.value) if (!keys.delete(key)) keys.add(key);
    return keys;
  });
  const visible = picture.lines.filter(({ key }) => !hidden.value.has(key));
  const toggle = (key: string): void => {
    const keys = new Set(toggled.value);
    if (!keys.delete(key)) keys.add(key);
    toggled.value = keys;
  };
  return (
    <>
      <Headline picture={picture} />
      <Chart picture={visible.length === picture.lines.length ? picture : { ...picture, lines: visible }} />
      {picture.lines.length > 1 ? <Legend lines={picture.lines} hidden={hidden.value} toggle={toggle} /> : null}
      <ResultTable picture={picture} />
    </>
  );
}

const isEmpty = ({ series }: TrendAnswer): boolean =>
  series.every(({ lines }) => lines.every(({ values }) => values.every((value) => value === null || value === 0)));
