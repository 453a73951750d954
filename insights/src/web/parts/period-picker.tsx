/** A span that ends now, all time, or two days in UTC. */

import { type Period, SPANS } from '../../query/series/model.ts';
import { isDay } from '../../query/series/parse.ts';
import type { Store } from '../series/series-state.ts';
import { SPAN_LABELS } from '../words/times.ts';

const DAY_MS = 86_400_000;

export function PeriodPicker({ store }: { readonly store: Store }) {
  const period = store.period.value;
  const choose = (value: string): void => {
    const span = SPANS.find((known) => known === value);
    if (span !== undefined) store.change({ period: { kind: 'last', span } });
    else store.change({ period: value === 'custom' ? shownDays(store) : { kind: 'all' } });
  };
  return (
    <label class="field">
      <span class="label">Period</span>
      <select
        value={period.kind === 'last' ? period.span : period.kind}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {SPANS.map((span) => (
          <option key={span} value={span}>
            {SPAN_LABELS[span]}
          </option>
        ))}
        <option value="all">All time</option>
        <option value="custom">Custom …</option>
      </select>
    </label>
  );
}

/** The days of a custom period; nothing for any other. */
export function DaysPicker({ store }: { readonly store: Store }) {
  const period = store.period.value;
  if (period.kind !== 'custom') return null;
  const { from, to } = period;
  // The other day gives way, so that whichever is set last counts. A half-typed date is no day, and is waited for.
  const setFrom = (day: string): void => {
    if (isDay(day)) store.change({ period: { kind: 'custom', from: day, to: day > to ? day : to } });
  };
  const setTo = (day: string): void => {
    if (isDay(day)) store.change({ period: { kind: 'custom', from: day < from ? day : from, to: day } });
  };
  return (
    <div class="days">
      <label class="field">
        <span class="label">From (UTC)</span>
        <input type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="label">To (UTC)</span>
        <input type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </label>
    </div>
  );
}

/** Starts from what is on the screen, so that a person only moves one end. */
function shownDays(store: Store): Period {
  const series = store.series.peek();
  const to = series === undefined ? Date.now() : Date.parse(series.to) - 1;
  const from = series === undefined ? to - 29 * DAY_MS : Date.parse(series.from);
  return { kind: 'custom', from: dayOf(from), to: dayOf(to) };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
