import type { StreamApi } from '../service.ts';

/** The S3 behind the gateway: our own, or LocalStack's. */
export interface Storage extends StreamApi {
  /** Creates the stack's own buckets before its first request. Existing buckets are not changed. */
  ensureBuckets(names: readonly string[]): Promise<void>;
  /** Number of objects in each bucket. */
  status(): Promise<readonly { readonly name: string; readonly objects: number }[]>;
}
