import { choiceVariable, type EnvOf, type EnvVariables, readEnv, textVariable } from '@dataloaf/core/env';
import { LOG_LEVELS } from '@dataloaf/core/log';

const SPEC = {
  USERS_STREAM: textVariable('Firehose stream of operations on users'),
  EVENTS_BUCKET: textVariable('bucket of events, with the keys under config/ and direct operations under direct/'),
  USERS_BUCKET: textVariable('bucket of operations on users, with rejected/'),
  WAREHOUSE_WORKGROUP: textVariable('Redshift Serverless workgroup'),
  WAREHOUSE_DATABASE: textVariable('database inside the workgroup'),
  COPY_ROLE_ARN: textVariable('role with which Redshift reads the buckets'),
  DIRECT_MERGE: choiceVariable('whether an update is applied at once or by the next load', ['on', 'off'], 'on'),
  LOG_LEVEL: choiceVariable('least important lines to write', LOG_LEVELS, 'info'),
} as const;

export type MergeEnv = EnvOf<typeof SPEC>;
export type MergeVariables = EnvVariables<typeof SPEC>;
export const readMergeEnv = (): MergeEnv => readEnv(SPEC, process.env);
