/** The words for a measure. */
import type { Measure, OfNumbers } from '../../query/model/measure.ts';
import type { Series } from '../../query/model/trend.ts';
import { formatAttribute } from '../../query/url/attribute.ts';
import type { Noun } from '../words/nouns.ts';

const STATISTICS: Readonly<Record<OfNumbers, string>> = {
  sum: 'Sum',
  avg: 'Average',
  min: 'Minimum',
  max: 'Maximum',
  median: 'Median',
  p90: '90th percentile',
  p99: '99th percentile',
};

/** The head of a column: `Events`, `Median of event.total`. */
export function labelOf(measure: Measure): string {
  switch (measure.kind) {
    case 'events':
      return 'Events';
    case 'users':
      return 'Unique users';
    case 'per_user':
      return `${STATISTICS[measure.statistic]} per user`;
    case 'number':
      return `${STATISTICS[measure.statistic]} of ${formatAttribute(measure.attribute)}`;
    case 'distinct':
      return `Distinct values of ${formatAttribute(measure.attribute)}`;
  }
}

/** What one value counts. A sum or a median counts nothing: it is named by its label. */
export function nounOf({ subject, measure }: Series): Noun {
  if (measure.kind === 'events') return { one: 'event', many: 'events' };
  if (measure.kind === 'users') {
    return subject.kind === 'profiles' ? { one: 'user', many: 'users' } : { one: 'unique user', many: 'unique users' };
  }
  const label = labelOf(measure).toLowerCase();
  return { one: label, many: label };
}
