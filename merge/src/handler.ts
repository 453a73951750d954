/** The merge Lambda stores user updates in Firehose and applies them to the warehouse at once. Wiring only. */
import { randomUUID } from 'node:crypto';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { createIdGenerator } from '@dataloaf/core/ids';
import { answerErrors } from '@dataloaf/core/lambda/answer-errors';
import type { HttpAnswer, HttpRequest } from '@dataloaf/core/lambda/api-gateway';
import { createAuthorize } from '@dataloaf/core/lambda/authorize';
import { createLog } from '@dataloaf/core/log';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { acceptUpdates } from './accept-updates.ts';
import { createDirectMerge, noDirectMerge } from './direct-merge.ts';
import { readMergeEnv } from './env.ts';

const env = readMergeEnv();
const log = createLog({ name: 'merge', level: env.LOG_LEVEL });
const s3 = new S3Client({});
const firehose = new FirehoseClient({ maxAttempts: 1 });
const authorize = createAuthorize({ s3, bucket: env.EVENTS_BUCKET, now: Date.now, log });
const ids = createIdGenerator();
const warehouse = createRedshiftWarehouse({
  client: new RedshiftDataClient({ maxAttempts: 1 }),
  ...env.WAREHOUSE,
  database: env.WAREHOUSE_DATABASE,
});
const directMerge =
  env.DIRECT_MERGE === 'off'
    ? noDirectMerge
    : createDirectMerge({
        s3,
        bucket: env.EVENTS_BUCKET,
        warehouse,
        copyRoleArn: env.COPY_ROLE_ARN,
        log,
        newId: randomUUID,
      });

export const handler = (request: HttpRequest): Promise<HttpAnswer> =>
  answerErrors(log, () => {
    const nowMs = Date.now();
    return acceptUpdates(request, {
      authorize,
      users: { firehose, stream: env.USERS_STREAM, kind: 'users', rejectLog: { s3, bucket: env.USERS_BUCKET } },
      arrival: { nowMs, newId: () => ids.next(nowMs) },
      directMerge,
    });
  });
