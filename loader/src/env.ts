import { type EnvOf, type EnvVariables, readEnv, textVariable } from '@dataloaf/core/env';
import { logLevelVariable } from '@dataloaf/core/log';

const SPEC = {
  EVENTS_BUCKET: textVariable('bucket of events, with manifests and state'),
  USERS_BUCKET: textVariable('bucket of user operations'),
  WAREHOUSE_WORKGROUP: textVariable('Redshift Serverless workgroup'),
  WAREHOUSE_DATABASE: textVariable('database inside the workgroup'),
  COPY_ROLE_ARN: textVariable('IAM role with which Redshift reads the buckets'),
  LOG_LEVEL: logLevelVariable('info'),
} as const;

export type LoaderEnv = EnvOf<typeof SPEC>;
export type LoaderVariables = EnvVariables<typeof SPEC>;
export const readLoaderEnv = (): LoaderEnv => readEnv(SPEC, process.env);
