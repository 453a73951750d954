/** The answer as figures, chart and table, or a note when there is nothing to draw. */

import { Chart } from '../chart/chart.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { LoadingFrame } from '../parts/loading-frame.tsx';
import { NoEventsNote } from '../parts/no-events-note.tsx';
import { BucketTable } from './bucket-table.tsx';
import { Headline } from './headline.tsx';
import { NoMatchNote } from './no-match-note.tsx';
import { pictureOf } from './picture.ts';
import type { SeriesProps } from './series-state.ts';

export function Result({ state, events }: SeriesProps) {
  return (
    <LoadingFrame isLoading={state.isLoading.value}>
      <Content state={state} events={events} />
    </LoadingFrame>
  );
}

function Content({ state, events }: SeriesProps) {
  const failure = state.failure.value;
  const answer = state.answer.value;
  if (failure !== undefined) return <ErrorNote failure={failure} retry={state.retry} />;
  if (answer === undefined) return <div class="card skeleton" />;
  const hasEvents = (events.value?.events.length ?? 1) > 0;
  if (answer.extent === null && !hasEvents) return <NoEventsNote />;
  if (answer.total === 0) return <NoMatchNote state={state} extent={answer.extent} />;
  const picture = pictureOf(answer);
  return (
    <>
      <Headline picture={picture} />
      <Chart bars={picture} />
      <BucketTable picture={picture} />
    </>
  );
}
