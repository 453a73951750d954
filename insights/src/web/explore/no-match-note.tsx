/** Shown in place of the chart when no event matches the query, with a button to one that has matches. */
import type { TrendAnswer } from '../../query/answer/trend.ts';
import { ALL_EVENTS } from '../../query/model/trend.ts';
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
  const noun = event === undefined ? 'events' : `“${event}” events`;
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
