/** The answer as figures, chart and table, or a note when there is nothing to draw. */

import type { TrendAnswer } from '../../query/answer/trend.ts';
import { Chart } from '../chart/chart.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { LoadingFrame } from '../parts/loading-frame.tsx';
import { NoEventsNote } from '../parts/no-events-note.tsx';
import { BucketTable } from './bucket-table.tsx';
import type { ExploreProps } from './explore-state.ts';
import { Headline } from './headline.tsx';
import { NoMatchNote } from './no-match-note.tsx';
import { pictureOf } from './picture.ts';

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
  if (failure !== undefined) return <ErrorNote failure={failure} retry={state.retry} />;
  if (answer === undefined) return <div class="card skeleton" />;
  const hasEvents = (events.value?.events.length ?? 1) > 0;
  if (answer.extent === null && !hasEvents) return <NoEventsNote />;
  if (isEmpty(answer)) return <NoMatchNote state={state} extent={answer.extent} />;
  const picture = pictureOf(answer);
  return (
    <>
      <MoreLines answer={answer} />
      <Headline picture={picture} />
      <Chart bars={picture} />
      <BucketTable picture={picture} />
    </>
  );
}

const isEmpty = ({ series }: TrendAnswer): boolean =>
  series.every(({ lines }) => lines.every(({ values }) => values.every((value) => value === null || value === 0)));

/** An address can ask for more than the page draws. */
function MoreLines({ answer }: { readonly answer: TrendAnswer }) {
  const count = answer.series.reduce((sum, { lines }) => sum + lines.length, 0);
  if (count < 2) return null;
  return (
    <p class="card note">
      This page draws the first of {count} lines. <a href={`/api/query?${answer.query}`}>Open all of them as JSON</a>.
    </p>
  );
}
