/**
 * Calls of every operation that the gateway claims, in the terms of AWS's models, so that any client can make them.
 * `{{name}}` is replaced by the value that an earlier step saved. Binary values are written as text.
 */
import type { CLAIMED } from '../claimed-operations.ts';

export type ForeignService = keyof typeof CLAIMED;

export interface Step {
  readonly service: ForeignService;
  readonly operation: string;
  readonly input: object;
  /** Saves a field of the response for later steps. */
  readonly save?: { readonly field: string; readonly as: string };
  /** Repeats the call until the status is final. */
  readonly isPolled?: boolean;
}

const BUCKET = 'foreign-clients';
const WHERE = { WorkgroupName: 'local', Database: 'dataloaf' };
const CONTRACT_STREAM = { DeliveryStreamName: 'contract' };

const s3 = (operation: string, input: object = {}): Step => ({ service: 's3', operation, input });
// Clients have different default types for a body, so every body has an explicit type.
const inBucket = (operation: string, input: object = {}): Step => s3(operation, { Bucket: BUCKET, ...input });

const S3_STEPS: readonly Step[] = [
  inBucket('CreateBucket'),
  inBucket('HeadBucket'),
  s3('ListBuckets'),
  inBucket('PutObject', { Key: 'a/ü 1', Body: 'hello', ContentType: 'text/plain', Metadata: { owner: 'ann' } }),
  inBucket('PutObject', { Key: 'a/2', Body: '', ContentType: 'text/plain' }),
  inBucket('PutObject', { Key: 'b', Body: 'x'.repeat(200_000), ContentType: 'text/plain' }),
  inBucket('PutObject', { Key: 'b', Body: 'again', ContentType: 'text/plain' }),
  inBucket('GetObject', { Key: 'a/ü 1' }),
  inBucket('GetObject', { Key: 'absent' }),
  inBucket('HeadObject', { Key: 'b' }),
  inBucket('HeadObject', { Key: 'absent' }),
  inBucket('ListObjectsV2', { Delimiter: '/' }),
  inBucket('ListObjectsV2', { Prefix: 'a/', MaxKeys: 1 }),
  inBucket('DeleteBucket'),
  inBucket('DeleteObjects', { Delete: { Objects: [{ Key: 'a/ü 1' }, { Key: 'a/2' }] } }),
  inBucket('DeleteObject', { Key: 'b' }),
  inBucket('GetBucketPolicy'),
  inBucket('CreateMultipartUpload', { Key: 'large' }),
  inBucket('DeleteBucket'),
  inBucket('HeadBucket'),
];

const FIREHOSE_STEPS: readonly Step[] = [
  { service: 'firehose', operation: 'DescribeDeliveryStream', input: CONTRACT_STREAM },
  { service: 'firehose', operation: 'PutRecord', input: { ...CONTRACT_STREAM, Record: { Data: 'ü\n' } } },
  {
    service: 'firehose',
    operation: 'PutRecordBatch',
    input: { ...CONTRACT_STREAM, Records: [{ Data: 'a\n' }, { Data: 'b\n' }] },
  },
  {
    service: 'firehose',
    operation: 'PutRecord',
    input: { DeliveryStreamName: 'absent', Record: { Data: 'x' } },
  },
  { service: 'firehose', operation: 'ListDeliveryStreams', input: {} },
];

const data = (operation: string, input: object): Step => ({ service: 'redshift-data', operation, input });

const DATA_STEPS: readonly Step[] = [
  {
    ...data('ExecuteStatement', {
      ...WHERE,
      Sql: "SELECT 1 AS n, :word::VARCHAR AS word, NULL::VARCHAR AS none, JSON_PARSE('[1]') AS list",
      Parameters: [{ name: 'word', value: 'ü' }],
      StatementName: 'foreign',
    }),
    save: { field: 'Id', as: 'single' },
  },
  { ...data('DescribeStatement', { Id: '{{single}}' }), isPolled: true },
  data('GetStatementResult', { Id: '{{single}}' }),
  data('ListStatements', { StatementName: 'foreign', MaxResults: 1 }),
  data('CancelStatement', { Id: '{{single}}' }),
  {
    ...data('BatchExecuteStatement', { ...WHERE, Sqls: ['SELECT 1 AS n', 'SELECT n FROM absent'] }),
    save: { field: 'Id', as: 'batch' },
  },
  { ...data('DescribeStatement', { Id: '{{batch}}' }), isPolled: true },
  data('ExecuteStatement', { WorkgroupName: 'local', Database: 'absent', Sql: 'SELECT 1 AS n' }),
  data('ListDatabases', WHERE),
];

const FUNCTION_STEPS: readonly Step[] = [
  { service: 'lambda', operation: 'Invoke', input: { FunctionName: 'ingest', Payload: '{"a":"ü"}' } },
  { service: 'lambda', operation: 'Invoke', input: { FunctionName: 'ingest', Payload: '{"probe":"throw"}' } },
  { service: 'lambda', operation: 'Invoke', input: { FunctionName: 'absent', Payload: '{}' } },
  { service: 'lambda', operation: 'GetFunction', input: { FunctionName: 'ingest' } },
  { service: 'scheduler', operation: 'GetSchedule', input: { Name: 'contract' } },
  { service: 'scheduler', operation: 'GetSchedule', input: { Name: 'absent' } },
  { service: 'scheduler', operation: 'ListSchedules', input: { NamePrefix: 'contract' } },
  { service: 'scheduler', operation: 'DeleteSchedule', input: { Name: 'contract' } },
];

export const STEPS: readonly Step[] = [...S3_STEPS, ...FIREHOSE_STEPS, ...DATA_STEPS, ...FUNCTION_STEPS];
