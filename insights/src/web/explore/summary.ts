/** The figures above the chart. */
import type { DrawnLine, Picture } from '../chart/picture.ts';

/** Mean of the complete buckets, or of all when none is complete. A partial bucket would pull the mean down. */
export function averageOf({ values }: DrawnLine, partial: Picture['partial']): number | null {
  const known = [...values.entries()].filter((entry): entry is [number, number] => entry[1] !== null);
  const complete = known.filter(([index]) => !partial.has(index));
  const counted = complete.length > 0 ? complete : known;
  return counted.length === 0 ? null : counted.reduce((sum, [, value]) => sum + value, 0) / counted.length;
}

/** The position of the greatest value, the latest of equal ones; undefined when nothing is above 0. */
export function peakOf({ values }: DrawnLine): number | undefined {
  let peak: number | undefined;
  for (const [index, value] of values.entries()) {
    if (value !== null && value > 0 && value >= (peak === undefined ? 0 : (values[peak] ?? 0))) peak = index;
  }
  return peak;
}
