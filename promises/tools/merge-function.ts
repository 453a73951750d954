/** The direct merge of one merge function on a stack, in the caller's own process. */
import { randomUUID } from 'node:crypto';
import { createLog } from '@dataloaf/core/log';
import type { StackFacts } from '@dataloaf/core/stack-file';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import { createRedshiftDataClient, createS3Client } from '@dataloaf/localstack/aws/clients';
import { createDirectMerge, type DirectMerge } from '@dataloaf/merge/direct-merge';

export type MergeFacts = Pick<StackFacts, 'aws' | 'buckets'>;

export interface MergeFunctionOptions {
  /** How far the clock of the function is ahead. @default 0 */
  readonly skewMs?: number;
  /** What stands between the function and the warehouse. @default nothing */
  readonly around?: (warehouse: Warehouse) => Warehouse;
}

/** The warehouse of a stack, as a function sees it. */
export const warehouseOf = ({ aws }: Pick<MergeFacts, 'aws'>): Warehouse =>
  createRedshiftWarehouse({
    client: createRedshiftDataClient(aws),
    workgroup: LOCAL_WORKGROUP,
    database: LOCAL_DATABASE,
  });

export function aMergeFunction({ aws, buckets }: MergeFacts, options: MergeFunctionOptions = {}): DirectMerge {
  const { skewMs = 0, around = (warehouse) => warehouse } = options;
  return createDirectMerge({
    s3: createS3Client(aws),
    bucket: buckets.events,
    warehouse: around(warehouseOf({ aws })),
    copyRoleArn: 'arn:aws:iam::000000000000:role/merge',
    log: createLog({ name: 'merge', level: 'silent' }),
    newId: randomUUID,
    clock: { now: () => Date.now() + skewMs },
  });
}

let operations = 0;

/** One operation as a line of the log; each has its own id. */
export function anOperation(userId: string): string {
  operations += 1;
  const opId = `direct-${process.pid}-${operations}`;
  return `${JSON.stringify({ op_id: opId, user_id: userId, op_at: '2026-01-01T00:00:00.000Z', increment_attributes: { n: 1 } })}\n`;
}
