/** Names of periods, for the picker and the title. */
import { type Granularity, LAST_30_DAYS, type Period, type Span } from '../../query/time/model.ts';

/** The spans that the picker offers. The address takes any other. */
export const SPANS: readonly Span[] = [
  { count: 24, unit: 'hour' },
  { count: 1, unit: 'day' },
  { count: 7, unit: 'day' },
  LAST_30_DAYS,
  { count: 90, unit: 'day' },
  { count: 12, unit: 'month' },
];

const THIS: Readonly<Record<Granularity, string>> = {
  hour: 'This hour',
  day: 'Today',
  week: 'This week',
  month: 'This month',
  year: 'This year',
};

export const formatSpanLabel = ({ count, unit }: Span): string => (count === 1 ? THIS[unit] : `Last ${count} ${unit}s`);

export function formatPeriodLabel(period: Period): string {
  switch (period.kind) {
    case 'smart':
      return 'Recent';
    case 'last':
      return formatSpanLabel(period.span);
    case 'all':
      return 'All time';
    case 'custom':
      return `${period.from} to ${period.to}`;
  }
}
