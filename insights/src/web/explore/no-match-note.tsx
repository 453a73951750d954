/** Shown in place of the chart when no event matches the query, with a button to one that has matches. */
import type { TrendAnswer } from '../../query/answer/trend.ts';
import { ALL_EVENTS, type Series, type TrendQuery } from '../../query/model/trend.ts';
import { formatPeriodLabel } from '../words/periods.ts';
import { formatDays } from '../words/times.ts';
import type { ExploreState } from './explore-state.ts';

interface NoMatchNoteProps {
  readonly state: ExploreState;
  readonly extent: TrendAnswer['extent'];
}

export function NoMatchNote({ state, extent }: NoMatchNoteProps) {
  const { subject } = state.query.value.series[0];
  const event = subject.kind === 'events' ? subject.name : undefined;
  const all = subject.kind === 'events' ? 'events' : 'profiles';
  const noun = event === undefined ? all : `“${event}” events`;
  if (extent === null) {
    return (
      <div class="card note">
        <h2>No {noun}</h2>
        <p>No event with this name yet. Names are case-sensitive.</p>
        <button type="button" onClick={() => state.change({ series: [ALL_EVENTS] })}>
          Show all events
        </button>
      </div>
    );
  }
  if (hasFilters(state)) {
    return (
      <div class="card note">
        <h2>Nothing matches the filters in this period</h2>
        <p>
          {formatPeriodLabel(state.period.value)}: the filters leave nothing to count. Text is compared with its case,
          and 5 is not "5".
        </p>
        <button type="button" onClick={() => state.change(withoutFilters(state.query.value))}>
          Remove the filters
        </button>
      </div>
    );
  }
  return (
    <div class="card note">
      <h2>No {noun} in this period</h2>
      <p>
        {formatPeriodLabel(state.period.value)}: no data. Data is available for{' '}
        <strong>{formatDays(Date.parse(extent.from), Date.parse(extent.to))}</strong>.
      </p>
      <button type="button" onClick={() => state.change({ period: { kind: 'all' }, granularity: 'auto' })}>
        Show all time
      </button>
    </div>
  );
}

const hasFilters = ({ query }: ExploreState): boolean =>
  query.value.filter !== undefined || query.value.series.some(({ filter }) => filter !== undefined);

function withoutFilters({ series: [first, ...others] }: TrendQuery): Partial<TrendQuery> {
  const bare = (one: Series): Series => ({ ...one, filter: undefined });
  return { filter: undefined, series: [bare(first), ...others.map(bare)] };
}
