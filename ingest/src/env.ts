/** The environment of the ingest Lambda. Infra derives the deployed variables from the same type. */
import { choiceVariable, type EnvOf, type EnvVariables, readEnv, textVariable } from '@dataloaf/core/env';
import { LOG_LEVELS } from '@dataloaf/core/log';

const SPEC = {
  EVENTS_STREAM: textVariable('Firehose stream of events'),
  USERS_STREAM: textVariable('Firehose stream of operations on users'),
  EVENTS_BUCKET: textVariable('bucket of events, with the API keys under config/'),
  USERS_BUCKET: textVariable('bucket of operations on users'),
  LOG_LEVEL: choiceVariable('lowest level of the lines to log', LOG_LEVELS, 'info'),
} as const;

export type IngestEnv = EnvOf<typeof SPEC>;
export type IngestVariables = EnvVariables<typeof SPEC>;
export const readIngestEnv = (): IngestEnv => readEnv(SPEC, process.env);
