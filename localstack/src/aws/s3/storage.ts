import type { StreamApi } from '../service.ts';

/** S3 behind the gateway, whoever answers for it. */
export interface Storage extends StreamApi {
  /** The stack's own buckets, which must exist before its first request. Those that exist stay as they are. */
  ensureBuckets(names: readonly string[]): Promise<void>;
  /** Number of objects by bucket. */
  status(): Promise<readonly { readonly name: string; readonly objects: number }[]>;
}
