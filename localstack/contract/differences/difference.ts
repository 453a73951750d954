/**
 * Where a target differs from AWS's documentation, who is right, and why. An entry contains the observation, so it becomes
 * stale as soon as anything else is observed, including the documented behavior.
 */
import type { Json } from '../case.ts';
import type { Service } from '../services.ts';

/** `containers` is ours with LocalStack's S3, so entries of `localstack` for S3 apply unless it has its own. */
export type Side = 'ours' | 'containers' | 'localstack' | 'moto';

export interface CaseDifference {
  readonly kind: 'differs';
  readonly on: Side;
  /** Id of the case. */
  readonly case: string;
  readonly seen: Json;
  /** `ours`: ours does what AWS documents. `aws`: AWS; ours differs too. */
  readonly right: 'ours' | 'aws';
  readonly why: string;
}

/** A whole service that a target lacks. Each run tries it again. */
export interface AbsentService {
  readonly kind: 'absent';
  readonly on: Side;
  readonly service: Service;
  readonly why: string;
}

export type Difference = CaseDifference | AbsentService;
