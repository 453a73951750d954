/** Above the result: which time, how wide a bucket is, what to compare with, and how it is drawn. */
import type { TrendAnswer } from '../../query/answer/trend.ts';
import { BUCKETS_MAX, BUCKETS_WITH_BREAKDOWN_MAX } from '../../query/model/limits.ts';
import { CHARTS, type ChartForm, COMPARISONS_OF_PERIODS, type Compare } from '../../query/model/trend.ts';
import { WEEK_STARTS } from '../../query/time/model.ts';
import { GranularityPicker, type ShownGranularity } from '../parts/granularity-picker.tsx';
import { DaysPicker, PeriodPicker } from '../parts/period-picker.tsx';
import { ZonePicker } from '../parts/zone-picker.tsx';
import { capitalized } from '../words/nouns.ts';
import type { ExploreState } from './explore-state.ts';
import { pictureOf, queryOf } from './picture.ts';

const COMPARE_LABELS: Readonly<Record<Compare, string>> = { previous: 'Previous period', year: 'Year before' };
const FORM_LABELS: Readonly<Record<ChartForm, string>> = { line: 'Lines', area: 'Areas', bars: 'Bars' };

export function Toolbar({ state }: { readonly state: ExploreState }) {
  const query = state.query.value;
  const answer = state.answer.value;
  const shown = answer === undefined ? undefined : shownIn(answer);
  const period = state.period.value;
  const isByWeek = (shown?.granularity ?? query.granularity) === 'week';
  return (
    <section class="controls" aria-label="Time and chart">
      <PeriodPicker period={period} shown={shown?.range} choose={(chosen) => state.change({ period: chosen })} />
      <GranularityPicker
        chosen={query.granularity}
        shown={shown}
        choose={(chosen) => state.change({ granularity: chosen })}
      />
      <ComparePicker state={state} />
      <ZonePicker zone={query.zone} choose={(zone) => state.change({ zone })} />
      {isByWeek ? (
        <label class="field">
          <span class="label">Weeks begin on</span>
          <select
            value={query.weekStart}
            onChange={(event) => {
              const day = event.currentTarget.value;
              state.change({ weekStart: WEEK_STARTS.find((known) => known === day) ?? 'monday' });
            }}
          >
            {WEEK_STARTS.map((day) => (
              <option key={day} value={day}>
                {capitalized(day)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <FormPicker chosen={answer === undefined ? query.chart : pictureOf(answer).form} state={state} />
      <DaysPicker period={period} zone={query.zone} choose={(chosen) => state.change({ period: chosen })} />
    </section>
  );
}

function ComparePicker({ state }: { readonly state: ExploreState }) {
  return (
    <label class="field">
      <span class="label">Compare with</span>
      <select
        value={state.query.value.compare ?? 'none'}
        onChange={(event) => {
          const name = event.currentTarget.value;
          state.change({ compare: COMPARISONS_OF_PERIODS.find((known) => known === name) });
        }}
      >
        <option value="none">Nothing</option>
        {COMPARISONS_OF_PERIODS.map((name) => (
          <option key={name} value={name}>
            {COMPARE_LABELS[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FormPickerProps {
  readonly chosen: ChartForm | undefined;
  readonly state: ExploreState;
}

function FormPicker({ chosen, state }: FormPickerProps) {
  return (
    <fieldset class="field">
      <legend class="label">Chart</legend>
      <div class="segments">
        {CHARTS.map((form) => (
          <label key={form}>
            <input type="radio" name="chart" checked={form === chosen} onChange={() => state.change({ chart: form })} />
            <span>{FORM_LABELS[form]}</span>
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
