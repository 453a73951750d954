/** What a person chooses: event, measure, period, granularity. */
import type { SeriesAnswer } from '../../query/series/answer.ts';
import { MEASURES, type Measure } from '../../query/series/model.ts';
import { parseSeries } from '../../query/series/parse.ts';
import { EventPicker } from '../parts/event-picker.tsx';
import { GranularityPicker, type ShownGranularity } from '../parts/granularity-picker.tsx';
import { DaysPicker, PeriodPicker } from '../parts/period-picker.tsx';
import { MEASURE_LABELS } from './measure-words.ts';
import type { SeriesProps } from './series-state.ts';

export function Controls({ state, events }: SeriesProps) {
  const { event, measure, granularity } = state.query.value;
  const shown = state.answer.value === undefined ? undefined : shownIn(state.answer.value);
  const period = state.period.value;
  return (
    <section class="controls" aria-label="Query">
      <EventPicker chosen={event} answer={events.value} choose={(name) => state.change({ event: name })} />
      <MeasurePicker chosen={measure} choose={(chosen) => state.change({ measure: chosen })} />
      <PeriodPicker period={period} shown={shown?.range} choose={(chosen) => state.change({ period: chosen })} />
      <GranularityPicker
        chosen={granularity}
        shown={shown}
        choose={(chosen) => state.change({ granularity: chosen })}
      />
      <DaysPicker period={period} choose={(chosen) => state.change({ period: chosen })} />
    </section>
  );
}

interface MeasurePickerProps {
  readonly chosen: Measure;
  readonly choose: (measure: Measure) => void;
}

function MeasurePicker({ chosen, choose }: MeasurePickerProps) {
  return (
    <fieldset class="field">
      <legend class="label">Measure</legend>
      <div class="segments">
        {MEASURES.map((measure) => (
          <label key={measure}>
            <input type="radio" name="measure" checked={measure === chosen} onChange={() => choose(measure)} />
            <span>{MEASURE_LABELS[measure]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function shownIn(answer: SeriesAnswer): ShownGranularity {
  const parsed = parseSeries(answer.query);
  return {
    asked: parsed.ok ? parsed.value.granularity : 'auto',
    granularity: answer.granularity,
    range: { from: Date.parse(answer.from), to: Date.parse(answer.to) },
  };
}
