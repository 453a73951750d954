/** A span that ends now, all time, or two days. */
import type { Period, Range, Span } from '../../query/time/model.ts';
import { formatSpan, isDay, parseSpan } from '../../query/url/period.ts';
import { formatSpanLabel, SPANS } from '../words/periods.ts';

const DAY_MS = 86_400_000;

interface PeriodPickerProps {
  readonly period: Period;
  /** The range on the screen, undefined before the first answer. */
  readonly shown: Range | undefined;
  readonly choose: (period: Period) => void;
}

export function PeriodPicker({ period, shown, choose }: PeriodPickerProps) {
  const chooseBy = (value: string): void => {
    const span = parseSpan(value);
    if (span !== undefined) choose({ kind: 'last', span });
    else choose(value === 'custom' ? shownDays(shown) : { kind: 'all' });
  };
  return (
    <label class="field">
      <span class="label">Period</span>
      <select
        value={period.kind === 'last' ? formatSpan(period.span) : period.kind}
        onChange={(event) => chooseBy(event.currentTarget.value)}
      >
        {offered(period).map((span) => (
          <option key={formatSpan(span)} value={formatSpan(span)}>
            {formatSpanLabel(span)}
          </option>
        ))}
        <option value="all">All time</option>
        <option value="custom">Custom …</option>
      </select>
    </label>
  );
}

/** The usual spans, and the one of the address. */
function offered(period: Period): readonly Span[] {
  if (period.kind !== 'last') return SPANS;
  const text = formatSpan(period.span);
  return SPANS.some((span) => formatSpan(span) === text) ? SPANS : [...SPANS, period.span];
}

/** The days of a custom period; renders nothing for any other period. */
interface DaysPickerProps extends Omit<PeriodPickerProps, 'shown'> {
  readonly zone: string;
}

export function DaysPicker({ period, zone, choose }: DaysPickerProps) {
  if (period.kind !== 'custom') return null;
  const { from, to } = period;
  // The day set last wins and the other day follows it. A half-typed date is not a day yet, and is ignored.
  const setFrom = (day: string): void => {
    if (isDay(day)) choose({ kind: 'custom', from: day, to: day > to ? day : to });
  };
  const setTo = (day: string): void => {
    if (isDay(day)) choose({ kind: 'custom', from: day < from ? day : from, to: day });
  };
  return (
    <div class="days">
      <label class="field">
        <span class="label">From ({zone})</span>
        <input type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="label">To ({zone})</span>
        <input type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </label>
    </div>
  );
}

/** Starts from the range on the screen, so that a person only has to move one end. */
function shownDays(shown: Range | undefined): Period {
  const to = shown === undefined ? Date.now() : shown.to - 1;
  const from = shown === undefined ? to - 29 * DAY_MS : shown.from;
  return { kind: 'custom', from: dayOf(from), to: dayOf(to) };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
