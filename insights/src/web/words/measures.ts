/** The words for what a series computes. */
import type { Attribute } from '../../query/model/attribute.ts';
import type { Measure, OfNumbers } from '../../query/model/measure.ts';
import { type Series, seriesId } from '../../query/model/trend.ts';
import type { Noun } from './nouns.ts';

export const STATISTICS: Readonly<Record<OfNumbers, string>> = {
  sum: 'Sum',
  avg: 'Average',
  median: 'Median',
  min: 'Minimum',
  max: 'Maximum',
  p90: '90th percentile',
  p99: '99th percentile',
};

/** `total`, `cart.total`, `plan of the user`. */
export const attributeName = ({ of, path }: Attribute): string =>
  `${path.join('.')}${of === 'user' ? ' of the user' : ''}`;

/** The name of an aggregation type with its attribute: `Events`, `Median of total`. */
export function measureName(measure: Measure): string {
  switch (measure.kind) {
    case 'events':
      return 'Events';
    case 'users':
      return 'Unique users';
    case 'per_user':
      return `${STATISTICS[measure.statistic]} per user`;
    case 'number':
      return `${STATISTICS[measure.statistic]} of ${attributeName(measure.attribute)}`;
    case 'distinct':
      return `Distinct values of ${attributeName(measure.attribute)}`;
  }
}

export function subjectName({ subject }: Series): string {
  if (subject.kind === 'events') return subject.name ?? 'All events';
  return subject.which === 'all' ? 'All profiles' : 'New profiles';
}

/** `A purchase`, and what is computed when it is not the count. */
export function seriesName(series: Series, index: number, isAlone: boolean): string {
  const { measure, subject } = series;
  const isPlain = measure.kind === 'events' || (subject.kind === 'profiles' && measure.kind === 'users');
  const what = isPlain ? '' : `: ${measureName(measure).toLowerCase()}`;
  return `${isAlone ? '' : `${seriesId(index)} `}${subjectName(series)}${what}`;
}

/** What one value counts. A sum or a median counts nothing: its name stands for it. */
export function nounOf({ subject, measure }: Series): Noun {
  if (measure.kind === 'events') return { one: 'event', many: 'events' };
  if (measure.kind === 'users') {
    return subject.kind === 'profiles' ? { one: 'user', many: 'users' } : { one: 'unique user', many: 'unique users' };
  }
  const name = measureName(measure).toLowerCase();
  return { one: name, many: name };
}
