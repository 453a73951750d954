/** What a person chooses: event, measure, period, granularity. */
import type { TrendAnswer } from '../../query/answer/trend.ts';
import { BUCKETS_MAX, BUCKETS_WITH_BREAKDOWN_MAX } from '../../query/model/limits.ts';
import type { Measure } from '../../query/model/measure.ts';
import { EventPicker } from '../parts/event-picker.tsx';
import { GranularityPicker, type ShownGranularity } from '../parts/granularity-picker.tsx';
import { DaysPicker, PeriodPicker } from '../parts/period-picker.tsx';
import type { ExploreProps } from './explore-state.ts';
import { labelOf } from './measure-words.ts';
import { queryOf } from './picture.ts';

export function Controls({ state, events }: ExploreProps) {
  const { granularity, series } = state.query.value;
  const [{ subject, measure }] = series;
  const event = subject.kind === 'events' ? subject.name : undefined;
  const shown = state.answer.value === undefined ? undefined : shownIn(state.answer.value);
  const period = state.period.value;
  return (
    <section class="controls" aria-label="Query">
      <EventPicker
        chosen={event}
        answer={events.value}
        choose={(name) => state.changeFirst({ subject: { kind: 'events', name } })}
      />
      <MeasurePicker chosen={measure} choose={(chosen) => state.changeFirst({ measure: chosen })} />
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

const MEASURES: readonly Measure[] = [{ kind: 'events' }, { kind: 'users' }];

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
          <label key={measure.kind}>
            <input
              type="radio"
              name="measure"
              checked={measure.kind === chosen.kind}
              onChange={() => choose(measure)}
            />
            <span>{labelOf(measure)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function shownIn(answer: TrendAnswer): ShownGranularity {
  const { granularity, breakdown } = queryOf(answer);
  return {
    asked: granularity,
    bucketsMax: breakdown === undefined ? BUCKETS_MAX : BUCKETS_WITH_BREAKDOWN_MAX,
    granularity: answer.granularity,
    range: { from: Date.parse(answer.from), to: Date.parse(answer.to) },
  };
}
