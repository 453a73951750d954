/** All suites, in the order of their run. */
import type { Suite } from './case.ts';
import { FIREHOSE_SUITE } from './cases/firehose.ts';
import { HTTP_API_SUITE } from './cases/http-api.ts';
import { LAMBDA_SUITE } from './cases/lambda.ts';
import { REDSHIFT_DATA_SUITE } from './cases/redshift-data.ts';
import { S3_SUITE } from './cases/s3.ts';
import { SCHEDULER_SUITE } from './cases/scheduler.ts';

export const SUITES: readonly Suite[] = [
  S3_SUITE,
  FIREHOSE_SUITE,
  REDSHIFT_DATA_SUITE,
  SCHEDULER_SUITE,
  LAMBDA_SUITE,
  HTTP_API_SUITE,
];
