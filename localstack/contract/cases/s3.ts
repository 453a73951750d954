/** The contract of S3. */
import { suite } from '../case.ts';
import { BUCKET_CASES } from './s3-buckets.ts';
import { CONDITION_CASES } from './s3-conditions.ts';
import { OBJECT_CASES } from './s3-objects.ts';
import { openS3 } from './s3-ports.ts';

export const S3_SUITE = suite('s3', openS3, [...OBJECT_CASES, ...CONDITION_CASES, ...BUCKET_CASES]);
