/** Events over time: the controls, and the result below them. */
import { useSignalEffect } from '@preact/signals';
import { formatPeriodLabel } from '../words/periods.ts';
import { Controls } from './controls.tsx';
import { Result } from './result.tsx';
import type { SeriesProps } from './series-state.ts';

export function SeriesView({ state, events }: SeriesProps) {
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
