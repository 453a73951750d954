/** The environment of the ingest Lambda. Infra derives the deployed variables from the same type. */
import { type EnvOf, type EnvVariables, readEnv, textVariable } from '@dataloaf/core/env';
import { logLevelVariable } from '@dataloaf/core/log';

const SPEC = {
  EVENTS_STREAM: textVariable('Firehose stream of events'),
  USERS_STREAM: textVariable('Firehose stream of operations on users'),
  EVENTS_BUCKET: textVariable('bucket of events, with the API keys under config/'),
  USERS_BUCKET: textVariable('bucket of operations on users'),
  LOG_LEVEL: logLevelVariable('info'),
} as const;

export type IngestEnv = EnvOf<typeof SPEC>;
export type IngestVariables = EnvVariables<typeof SPEC>;
export const readIngestEnv = (): IngestEnv => readEnv(SPEC, process.env);
