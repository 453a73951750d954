/** Lines of a chart for tests. */
import type { DrawnLine } from '../../../src/web/chart/picture.ts';

export const aLine = (values: readonly (number | null)[], part: Partial<DrawnLine> = {}): DrawnLine => ({
  key: 'A 0',
  name: 'purchase',
  color: 0,
  values,
  total: null,
  previous: null,
  noun: { one: 'event', many: 'events' },
  label: 'Events',
  isSum: true,
  ...part,
});
