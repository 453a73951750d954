/** The migrate Lambda: runs after each deploy, at each start of the local stack, and when the loader asks. Wiring only. */
import { randomUUID } from 'node:crypto';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { createLog } from '@dataloaf/core/log';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { readMigrateEnv } from './env.ts';
import { type MigrateResult, migrate } from './migrate.ts';
import { createStateStore } from './state.ts';

const env = readMigrateEnv();
const log = createLog({ name: 'migrate', level: env.LOG_LEVEL });
const ports = {
  warehouse: createRedshiftWarehouse({
    client: new RedshiftDataClient({ maxAttempts: 1 }),
    ...env.WAREHOUSE,
    secretArn: env.ADMIN_SECRET_ARN,
    database: env.WAREHOUSE_DATABASE,
  }),
  state: createStateStore(new S3Client({}), env.EVENTS_BUCKET),
  members: { loader: env.LOADER_ROLE, merge: env.MERGE_ROLE, insights: env.INSIGHTS_ROLE },
  newToken: randomUUID,
};

export async function handler(): Promise<MigrateResult> {
  const result = await migrate(ports);
  log.info(result, 'warehouse migrated');
  return result;
}
