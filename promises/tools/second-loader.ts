/** A second loader on a stack's buckets and warehouse, in the test's own process. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '@dataloaf/core/clock';
import { createLog } from '@dataloaf/core/log';
import type { StackFacts } from '@dataloaf/core/stack-file';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import { createStateStore } from '@dataloaf/loader/state';
import { type TickResult, tick } from '@dataloaf/loader/tick';
import { createRedshiftDataClient, createS3Client } from '@dataloaf/localstack/aws/clients';

export function tickBeside({ aws, buckets }: StackFacts): Promise<TickResult> {
  const s3 = createS3Client(aws);
  return tick(
    {
      buckets,
      roleArn: 'arn:aws:iam::000000000000:role/second',
      dueAt: new Date(),
      deadlineMs: Date.now() + 30_000,
    },
    {
      s3,
      warehouse: createRedshiftWarehouse({
        client: createRedshiftDataClient(aws),
        workgroup: LOCAL_WORKGROUP,
        database: LOCAL_DATABASE,
      }),
      state: createStateStore(s3, buckets.events),
      newToken: randomUUID,
      requestMigration: () => Promise.reject(new TypeError('The stack has the tables.')),
      clock: systemClock,
      log: createLog({ name: 'second-loader', level: 'silent' }),
    },
  );
}
