/** Shown in place of the chart when no event matches the query, with a button to one that has matches. */
import type { SeriesAnswer } from '../../query/series/answer.ts';
import { formatPeriodLabel } from '../words/periods.ts';
import { formatDays } from '../words/times.ts';
import type { SeriesState } from './series-state.ts';

interface NoMatchNoteProps {
  readonly state: SeriesState;
  readonly extent: SeriesAnswer['extent'];
}

export function NoMatchNote({ state, extent }: NoMatchNoteProps) {
  const event = state.query.value.event;
  const subject = event === undefined ? 'events' : `“${event}” events`;
  if (extent === null) {
    return (
      <div class="card note">
        <h2>No {subject}</h2>
        <p>No event with this name yet. Names are case-sensitive.</p>
        <button type="button" onClick={() => state.change({ event: undefined })}>
          Show all events
        </button>
      </div>
    );
  }
  return (
    <div class="card note">
      <h2>No {subject} in this period</h2>
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
