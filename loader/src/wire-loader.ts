/** What the loader Lambda is built from: settings of the environment, and clients. */
import { randomUUID } from 'node:crypto';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '@dataloaf/core/clock';
import { createLog } from '@dataloaf/core/log';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { readLoaderEnv } from './env.ts';
import { invokeMigrate } from './invoke-migrate.ts';
import { createStateStore } from './state.ts';
import type { TickOptions, TickPorts } from './tick.ts';

/** What EventBridge Scheduler sends. */
export interface ScheduledEvent {
  /** The instant of the schedule, ISO 8601. */
  readonly time?: string;
}

export interface WiredLoader {
  readonly options: Pick<TickOptions, 'buckets' | 'roleArn'>;
  readonly ports: TickPorts;
}

export function wireLoader(): WiredLoader {
  const env = readLoaderEnv();
  const s3 = new S3Client({});
  const lambda = new LambdaClient({});
  return {
    options: { buckets: { events: env.EVENTS_BUCKET, users: env.USERS_BUCKET }, roleArn: env.COPY_ROLE_ARN },
    ports: {
      s3,
      warehouse: createRedshiftWarehouse({
        client: new RedshiftDataClient({ maxAttempts: 1 }),
        ...env.WAREHOUSE,
        database: env.WAREHOUSE_DATABASE,
      }),
      state: createStateStore(s3, env.EVENTS_BUCKET),
      newToken: randomUUID,
      requestMigration: () => invokeMigrate(lambda, env.MIGRATE_FUNCTION),
      clock: systemClock,
      log: createLog({ name: 'loader', level: env.LOG_LEVEL }),
    },
  };
}
