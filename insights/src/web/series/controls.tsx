/** What is asked: event, measure, period, granularity. */
import type { SeriesAnswer } from '../../query/answers.ts';
import { GRANULARITIES, type Granularity, MEASURES, type Measure } from '../../query/series/model.ts';
import { parseQuery } from '../../query/series/parse.ts';
import { isFine } from '../../query/time/range.ts';
import { EventPicker } from '../parts/event-picker.tsx';
import { DaysPicker, PeriodPicker } from '../parts/period-picker.tsx';
import type { Store } from './series-state.ts';

const MEASURE_LABELS: Readonly<Record<Measure, string>> = { events: 'Events', users: 'Unique users' };
const AUTO = 'auto';

export function Controls({ store }: { readonly store: Store }) {
  return (
    <section class="controls" aria-label="Query">
      <EventPicker
        chosen={store.query.value.event}
        answer={store.events.value}
        choose={(event) => store.change({ event })}
      />
      <MeasurePicker store={store} />
      <PeriodPicker store={store} />
      <GranularityPicker store={store} />
      <DaysPicker store={store} />
    </section>
  );
}

function MeasurePicker({ store }: { readonly store: Store }) {
  const chosen = store.query.value.measure;
  return (
    <fieldset class="field">
      <legend class="label">Measure</legend>
      <div class="segments">
        {MEASURES.map((measure) => (
          <label key={measure}>
            <input
              type="radio"
              name="measure"
              checked={measure === chosen}
              onChange={() => store.change({ measure })}
            />
            <span>{MEASURE_LABELS[measure]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function GranularityPicker({ store }: { readonly store: Store }) {
  const series = store.series.value;
  const chosen = store.query.value.granularity;
  const tooFine = series === undefined ? undefined : tooFineIn(series);
  const range = series === undefined ? undefined : { from: Date.parse(series.from), to: Date.parse(series.to) };
  return (
    <label class="field">
      <span class="label">By</span>
      <select
        value={chosen}
        onChange={(event) => {
          const value = event.currentTarget.value;
          store.change({ granularity: GRANULARITIES.find((granularity) => granularity === value) ?? AUTO });
        }}
      >
        <option value={AUTO}>
          {chosen === AUTO && series !== undefined ? `Auto (${series.granularity})` : 'Auto'}
        </option>
        {GRANULARITIES.map((granularity) => (
          <option
            key={granularity}
            value={granularity}
            disabled={granularity !== chosen && range !== undefined && !isFine(range, granularity)}
          >
            {capitalized(granularity)}
            {granularity === tooFine ? ` (too fine, by ${series?.granularity})` : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What was asked for, when the server had to take a coarser one. */
function tooFineIn(series: SeriesAnswer): Granularity | undefined {
  const parsed = parseQuery(series.query);
  const asked = parsed.ok ? parsed.query.granularity : AUTO;
  return asked === AUTO || asked === series.granularity ? undefined : asked;
}

const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
