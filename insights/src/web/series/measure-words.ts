/** The words for a measure. */
import type { Measure } from '../../query/series/model.ts';
import type { Noun } from '../words/nouns.ts';

export const MEASURE_LABELS: Readonly<Record<Measure, string>> = { events: 'Events', users: 'Unique users' };

export const MEASURE_NOUNS: Readonly<Record<Measure, Noun>> = {
  events: { one: 'event', many: 'events' },
  users: { one: 'unique user', many: 'unique users' },
};
