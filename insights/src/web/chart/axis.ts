/** Positions and labels of the axes. uPlot's own choice would cut bars in half and let labels collide. */

import type { Granularity } from '../../query/time/model.ts';
import { formatTick } from '../words/times.ts';

const HOUR_MS = 3_600_000;
/** Distances between labels, in buckets, that put the labels on round times. */
const STRIDES: Readonly<Record<Granularity, readonly number[]>> = {
  hour: [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1_440],
  day: [1, 2, 3, 7, 14, 28, 56, 91, 182, 364, 728, 1_456],
  week: [1, 2, 4, 8, 13, 26, 52, 104, 208, 520, 1_040],
  month: [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200],
  year: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
};

/** Indexes of the buckets that get a label: about `labelsMax` at most. */
export function tickIndexes(starts: readonly number[], granularity: Granularity, labelsMax: number): readonly number[] {
  const wanted = starts.length / Math.max(1, labelsMax);
  const stride = STRIDES[granularity].find((candidate) => candidate >= wanted) ?? Math.ceil(wanted);
  return [...starts.keys()].filter((index) => ordinalOf(starts[index] ?? 0, index, granularity) % stride === 0);
}

/** Counts hours, months and years from a round point, so that labels fall on midnight, January and full decades. */
function ordinalOf(start: number, index: number, granularity: Granularity): number {
  const at = new Date(start);
  switch (granularity) {
    case 'hour':
      return Math.floor(start / HOUR_MS);
    case 'day':
    case 'week':
      return index;
    case 'month':
      return at.getUTCFullYear() * 12 + at.getUTCMonth();
    case 'year':
      return at.getUTCFullYear();
  }
}

/** The labels of these buckets. A second line with the day or the year appears where it changes. */
export function tickLabels(starts: readonly number[], granularity: Granularity): readonly string[] {
  let previous = '';
  const isByDay = granularity === 'hour' && starts.every((start) => start % (24 * HOUR_MS) === 0);
  return starts.map((start) => {
    const { line, context } = formatTick(start, isByDay ? 'day' : granularity);
    const isRepeated = context === previous;
    previous = context;
    return isRepeated || context === '' ? line : `${line}\n${context}`;
  });
}

const VALUE_STEPS_MAX = 6;

/** Round values around both bounds, 0 among them. Counts have whole steps, because there is no half event. */
export function valueTicks(
  { min, max }: { readonly min: number; readonly max: number },
  isWhole: boolean,
): readonly number[] {
  const rough = Math.max(max - min, isWhole ? 1 : Number.MIN_VALUE) / VALUE_STEPS_MAX;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  const step = isWhole ? Math.max(1, Math.round(factor * power)) : factor * power;
  const from = Math.floor(min / step);
  const to = Math.max(from + 1, Math.ceil(max / step));
  // A product of doubles may end in ...0000004.
  return Array.from({ length: to - from + 1 }, (_, index) => Number(((from + index) * step).toPrecision(12)));
}
