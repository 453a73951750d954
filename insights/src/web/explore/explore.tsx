/** Events over time: the controls, and the result below them. */
import { useSignalEffect } from '@preact/signals';
import { formatPeriodLabel } from '../words/periods.ts';
import { Controls } from './controls.tsx';
import type { ExploreProps } from './explore-state.ts';
import { Result } from './result.tsx';

export function Explore({ state, events }: ExploreProps) {
  useSignalEffect(() => {
    const { subject } = state.query.value.series[0];
    const event = subject.kind === 'events' ? (subject.name ?? 'All events') : 'Profiles';
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
