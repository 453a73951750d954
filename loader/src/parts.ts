/** What both Lambdas of this folder are wired from. */
import { randomUUID } from 'node:crypto';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { createLog } from '@dataloaf/core/log';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { readLoaderEnv } from './env.ts';
import { createStateStore } from './state.ts';
import type { TickParts } from './tick.ts';

/** What EventBridge Scheduler sends. */
export interface ScheduledEvent {
  /** The instant that was due, ISO 8601. */
  readonly time?: string;
}

export function createLoaderParts(name: 'loader' | 'migrate'): Omit<TickParts, 'now' | 'deadlineMs'> {
  const env = readLoaderEnv();
  const s3 = new S3Client({});
  const bucket = env.EVENTS_BUCKET;
  return {
    s3,
    buckets: { events: env.EVENTS_BUCKET, users: env.USERS_BUCKET },
    warehouse: createRedshiftWarehouse({
      client: new RedshiftDataClient({ maxAttempts: 1 }),
      workgroup: env.WAREHOUSE_WORKGROUP,
      database: env.WAREHOUSE_DATABASE,
    }),
    state: createStateStore(s3, bucket),
    manifests: { s3, bucket },
    target: { bucket, roleArn: env.COPY_ROLE_ARN },
    newToken: randomUUID,
    log: createLog({ name, level: env.LOG_LEVEL }),
  };
}
