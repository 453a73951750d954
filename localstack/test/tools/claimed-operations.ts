/** The AWS operations that the gateway claims to emulate. Every other one is refused with a 501 that names it. */
export const CLAIMED = {
  s3: [
    'CreateBucket',
    'DeleteBucket',
    'DeleteObject',
    'DeleteObjects',
    'GetObject',
    'HeadBucket',
    'HeadObject',
    'ListBuckets',
    'ListObjectsV2',
    'PutObject',
  ],
  firehose: ['DescribeDeliveryStream', 'PutRecord', 'PutRecordBatch'],
  'redshift-data': [
    'BatchExecuteStatement',
    'CancelStatement',
    'DescribeStatement',
    'ExecuteStatement',
    'GetStatementResult',
    'ListStatements',
  ],
  scheduler: ['GetSchedule', 'ListSchedules'],
  lambda: ['Invoke'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
