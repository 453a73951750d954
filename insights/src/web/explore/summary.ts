/** The figures above the chart. */
import type { Bar } from '../chart/bars.ts';

/** Mean of the complete buckets, or of all when none is complete. A partial bucket would pull the mean down. */
export function averageOf(buckets: readonly Bar[]): number {
  const complete = buckets.filter((bucket) => bucket.isComplete);
  const counted = complete.length > 0 ? complete : buckets;
  if (counted.length === 0) return 0;
  return counted.reduce((sum, bucket) => sum + bucket.value, 0) / counted.length;
}

/** The bucket with the greatest value, the latest of equal ones; undefined when nothing happened. */
export function peakOf(buckets: readonly Bar[]): Bar | undefined {
  let peak: Bar | undefined;
  for (const bucket of buckets) if (bucket.value > 0 && bucket.value >= (peak?.value ?? 0)) peak = bucket;
  return peak;
}
