/** The query builder: series, filters of all, breakdown and formula. */
import { useSignal } from '@preact/signals';
import { SERIES_MAX, TOP_MAX } from '../../../query/model/limits.ts';
import { ALL_EVENTS, type Series, seriesId, TOP_DEFAULT, type TrendQuery } from '../../../query/model/trend.ts';
import { formatFormula, parseFormula } from '../../../query/url/formula.ts';
import type { ExploreProps } from '../explore-state.ts';
import { AttributePicker } from './attribute-picker.tsx';
import type { AttributeSource } from './attribute-source.ts';
import { FilterList } from './filter-list.tsx';
import { SeriesCard } from './series-card.tsx';

export function Builder({ state, events }: ExploreProps) {
  const query = state.query.value;
  const { series } = query;
  const sourceOf = ({ subject }: Series): AttributeSource =>
    state.attributes.of(subject.kind === 'events' ? subject.name : undefined);
  const [first] = series;
  const shared = series.length === 1 ? sourceOf(first) : state.attributes.of(undefined);
  const hasEvents = series.every(({ subject }) => subject.kind === 'events');
  return (
    <div class="builder">
      {series.map((one, index) => (
        <SeriesCard
          key={seriesId(index)}
          index={index}
          series={one}
          events={events.value}
          source={sourceOf(one)}
          change={(changed) => state.change(withSeries(query, index, [changed]))}
          remove={series.length === 1 ? undefined : () => state.change(withSeries(query, index, []))}
        />
      ))}
      {series.length < SERIES_MAX ? (
        <button
          type="button"
          class="plain"
          onClick={() => state.change(withSeries(query, series.length, [{ ...ALL_EVENTS, subject: first.subject }]))}
        >
          + Series
        </button>
      ) : null}
      <div class="card rest">
        {series.length === 1 && query.filter === undefined ? null : (
          <FilterList
            id="where-all"
            label="Filters of all series"
            filter={query.filter}
            events={events.value}
            source={shared}
            hasEvents={hasEvents}
            change={(filter) => state.change({ filter })}
          />
        )}
        <BreakdownPicker state={state} source={shared} hasEvents={hasEvents} />
        {series.length === 1 && query.formula === undefined ? null : <FormulaField state={state} />}
      </div>
    </div>
  );
}

/** Replaces a series. A formula or breakdown that no longer fits goes with the series that it was about. */
function withSeries(query: TrendQuery, at: number, by: readonly Series[]): Partial<TrendQuery> {
  const [first = ALL_EVENTS, ...others] = [...query.series.slice(0, at), ...by, ...query.series.slice(at + 1)];
  const series: TrendQuery['series'] = [first, ...others];
  const { formula, breakdown } = query;
  const isFormulaFine = formula === undefined || parseFormula(formatFormula(formula), series.length).ok;
  const hasProfiles = series.some(({ subject }) => subject.kind === 'profiles');
  return {
    series,
    ...(isFormulaFine ? {} : { formula: undefined }),
    ...(hasProfiles && breakdown?.attribute.of === 'event' ? { breakdown: undefined } : {}),
    ...(hasProfiles ? { filter: undefined } : {}),
  };
}

interface BreakdownPickerProps {
  readonly state: ExploreProps['state'];
  readonly source: AttributeSource;
  readonly hasEvents: boolean;
}

const NONE = { key: 'none', name: 'No breakdown' };

function BreakdownPicker({ state, source, hasEvents }: BreakdownPickerProps) {
  const { breakdown } = state.query.value;
  return (
    <div class="pair">
      <AttributePicker
        id="breakdown"
        label="Breakdown"
        chosen={breakdown?.attribute}
        attributes={source.attributes}
        hasEvents={hasEvents}
        before={[NONE]}
        none={NONE}
        choose={(attribute) => state.change({ breakdown: { attribute, top: breakdown?.top ?? TOP_DEFAULT } })}
        chooseOther={() => state.change({ breakdown: undefined })}
        onOpen={source.load}
      />
      {breakdown === undefined ? null : (
        <label class="field small">
          <span class="label">Top</span>
          <input
            type="number"
            min={1}
            max={TOP_MAX}
            value={breakdown.top}
            onChange={(event) => {
              const top = event.currentTarget.valueAsNumber;
              if (Number.isInteger(top) && top >= 1 && top <= TOP_MAX)
                state.change({ breakdown: { ...breakdown, top } });
            }}
          />
        </label>
      )}
    </div>
  );
}

function FormulaField({ state }: Pick<ExploreProps, 'state'>) {
  const { formula, series } = state.query.value;
  const reason = useSignal('');
  const apply = (text: string): void => {
    const parsed = text.trim() === '' ? ({ ok: true, value: undefined } as const) : parseFormula(text, series.length);
    reason.value = parsed.ok ? '' : parsed.reason;
    if (parsed.ok) state.change({ formula: parsed.value });
  };
  return (
    <label class="field wide">
      <span class="label">Formula</span>
      <input
        type="text"
        placeholder="A / B * 100"
        value={formula === undefined ? '' : formatFormula(formula)}
        onChange={(event) => apply(event.currentTarget.value)}
      />
      {reason.value === '' ? null : (
        <span class="wrong" role="alert">
          {reason.value}
        </span>
      )}
    </label>
  );
}
