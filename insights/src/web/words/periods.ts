/** Names of periods, for the picker and the title. */
import type { Period, Span } from '../../query/time/model.ts';

export const SPAN_LABELS: Readonly<Record<Span, string>> = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '12m': 'Last 12 months',
};

export function formatPeriodLabel(period: Period): string {
  switch (period.kind) {
    case 'smart':
      return 'Recent';
    case 'last':
      return SPAN_LABELS[period.span];
    case 'all':
      return 'All time';
    case 'custom':
      return `${period.from} to ${period.to}`;
  }
}
