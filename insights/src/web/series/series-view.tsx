/** Events over time: the controls, and the result below them. */
import { type ReadonlySignal, useSignalEffect } from '@preact/signals';
import type { EventsAnswer } from '../../query/event-names.ts';
import { formatPeriodLabel } from '../words/periods.ts';
import { Controls } from './controls.tsx';
import { Result } from './result.tsx';
import type { SeriesState } from './series-state.ts';

export interface SeriesViewProps {
  readonly state: SeriesState;
  readonly events: ReadonlySignal<EventsAnswer | undefined>;
}

export function SeriesView({ state, events }: SeriesViewProps) {
  useSignalEffect(() => {
    const event = state.query.value.event ?? 'All events';
    document.title = `${event}, ${formatPeriodLabel(state.period.value).toLowerCase()} – DataLoaf`;
  });
  return (
    <>
      <h1 class="unseen">Events over time</h1>
      <Controls state={state} events={events} />
      <Result state={state} events={events} />
    </>
  );
}
