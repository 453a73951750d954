/** Faults that tests inject into S3, the same for our S3 and for LocalStack's. */
import type { Faults } from '../../faults.ts';
import { ServiceError } from '../service.ts';
import type { S3Request } from './request.ts';

export interface S3Fault {
  /** Whether the work is done and only its response is lost. */
  readonly isAfter: boolean;
  readonly error: ServiceError;
}

export function takeS3Fault(faults: Faults, { operation, key }: S3Request): S3Fault | undefined {
  const rule = faults.take('s3_fails', (each) => each.operation === operation && key.includes(each.key ?? ''));
  return rule === undefined ? undefined : { isAfter: rule.when === 'after', error: errorOf(rule.status) };
}

function errorOf(status = 503): ServiceError {
  return status === 503
    ? new ServiceError(503, 'SlowDown', 'Please reduce your request rate.')
    : new ServiceError(status, 'InternalError', 'We encountered an internal error. Please try again.');
}
