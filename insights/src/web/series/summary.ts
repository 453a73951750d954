/** The figures above the chart. */
import type { Bucket } from '../../query/time/buckets.ts';

/** Mean of the complete buckets, or of all when none is complete. A partial bucket would pull the mean down. */
export function averageOf(buckets: readonly Bucket[]): number {
  const complete = buckets.filter((bucket) => bucket.isComplete);
  const counted = complete.length > 0 ? complete : buckets;
  if (counted.length === 0) return 0;
  return counted.reduce((sum, bucket) => sum + bucket.value, 0) / counted.length;
}

/** The bucket with the greatest value, the latest of equal ones; undefined when nothing happened. */
export function peakOf(buckets: readonly Bucket[]): Bucket | undefined {
  let peak: Bucket | undefined;
  for (const bucket of buckets) if (bucket.value > 0 && bucket.value >= (peak?.value ?? 0)) peak = bucket;
  return peak;
}
