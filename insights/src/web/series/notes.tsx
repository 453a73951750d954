/** What stands in the place of the chart when there is nothing to draw, always with a way on. */
import type { SeriesAnswer } from '../../query/answers.ts';
import type { Failure } from '../page/get-json.ts';
import { formatDays, formatPeriodLabel } from '../words/times.ts';
import type { Store } from './series-state.ts';

const FIRST_EVENT = `curl -X POST "$DATALOAF_ENDPOINT/v1/events" \\
  -H "Authorization: Bearer $DATALOAF_SERVER_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"events":[{"event_name":"signed_up","user_id":"ada"}]}'`;

export function NoEvents() {
  return (
    <div class="card note">
      <h2>No events yet</h2>
      <p>
        Send the first one with the address of your API and a server key, which <code>npm run local</code> prints:
      </p>
      <pre>
        <code>{FIRST_EVENT}</code>
      </pre>
      <p>It appears here by itself after the next load. Loads come every three minutes.</p>
    </div>
  );
}

interface NothingHereProps {
  readonly store: Store;
  readonly series: SeriesAnswer;
}

export function NothingHere({ store, series }: NothingHereProps) {
  const event = store.query.value.event;
  const subject = event === undefined ? 'events' : `“${event}”`;
  if (series.extent === null) {
    return (
      <div class="card note">
        <h2>No {subject} at all</h2>
        <p>No event of this name has been loaded. Capital letters count.</p>
        <button type="button" onClick={() => store.change({ event: undefined })}>
          Show all events
        </button>
      </div>
    );
  }
  const { from, to } = series.extent;
  return (
    <div class="card note">
      <h2>No {subject} in this period</h2>
      <p>
        {formatPeriodLabel(store.period.value)}: nothing. There is data in{' '}
        <strong>{formatDays(Date.parse(from), Date.parse(to))}</strong>.
      </p>
      <button type="button" onClick={() => store.change({ period: { kind: 'all' }, granularity: 'auto' })}>
        Show all time
      </button>
    </div>
  );
}

interface ErrorNoteProps {
  readonly failure: Failure;
  readonly retry: () => void;
}

export function ErrorNote({ failure, retry }: ErrorNoteProps) {
  return (
    <div class="card note error" role="alert">
      <h2>This could not be answered</h2>
      <p>{failure.message}</p>
      {failure.hint === undefined ? null : <p class="hint">{failure.hint}</p>}
      <button type="button" onClick={retry}>
        Try again
      </button>{' '}
      <a href="/">Start over</a>
    </div>
  );
}
