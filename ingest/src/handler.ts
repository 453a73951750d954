/** The ingest Lambda stores new events and new users in Firehose. Wiring only. */
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { createIdGenerator } from '@dataloaf/core/ids';
import { answerErrors } from '@dataloaf/core/lambda/answer-errors';
import type { HttpAnswer, HttpRequest } from '@dataloaf/core/lambda/api-gateway';
import { createAuthorize } from '@dataloaf/core/lambda/authorize';
import { createLog } from '@dataloaf/core/log';
import { acceptRequest } from './accept.ts';
import { readIngestEnv } from './env.ts';

const env = readIngestEnv();
const log = createLog({ name: 'ingest', level: env.LOG_LEVEL });
const s3 = new S3Client({});
const firehose = new FirehoseClient({ maxAttempts: 1 });
const authorize = createAuthorize({ s3, bucket: env.EVENTS_BUCKET, now: Date.now, log });
const ids = createIdGenerator();

export const handler = (request: HttpRequest): Promise<HttpAnswer> =>
  answerErrors(log, () => {
    const nowMs = Date.now();
    return acceptRequest(request, {
      authorize,
      events: { firehose, stream: env.EVENTS_STREAM, kind: 'events', rejectLog: { s3, bucket: env.EVENTS_BUCKET } },
      users: { firehose, stream: env.USERS_STREAM, kind: 'users', rejectLog: { s3, bucket: env.USERS_BUCKET } },
      arrival: { nowMs, newId: () => ids.next(nowMs) },
      log,
    });
  });
