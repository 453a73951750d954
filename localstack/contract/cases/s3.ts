/** The contract of S3. */
import { suite } from '../case.ts';
import { BUCKET_CASES } from './s3-buckets.ts';
import { openS3 } from './s3-context.ts';
import { OBJECT_CASES } from './s3-objects.ts';

export const S3_SUITE = suite('s3', openS3, [...OBJECT_CASES, ...BUCKET_CASES]);
