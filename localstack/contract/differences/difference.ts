/**
 * Where somebody does otherwise than AWS documents, who is right, and why. An entry holds what was seen, so that it is
 * stale as soon as something else is seen, the documented behaviour included.
 */
import type { Json } from '../case.ts';
import type { Service } from '../services.ts';

/** `containers` is ours with S3 by LocalStack: entries of `localstack` for S3 hold there, unless it has one of its own. */
export type Side = 'ours' | 'containers' | 'localstack' | 'moto';

export interface CaseDifference {
  readonly kind: 'differs';
  readonly on: Side;
  /** Id of the case. */
  readonly case: string;
  readonly seen: Json;
  /** `ours`: ours does as AWS documents. `aws`: AWS, and ours does otherwise, too. */
  readonly right: 'ours' | 'aws';
  readonly why: string;
}

/** A whole service that somebody does not do. Each run tries it again. */
export interface AbsentService {
  readonly kind: 'absent';
  readonly on: Side;
  readonly service: Service;
  readonly why: string;
}

export type Difference = CaseDifference | AbsentService;
