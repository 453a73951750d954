/** The environment of the merge Lambda. Infra derives the deployed variables from the same type. */
import { choiceVariable, type EnvOf, type EnvVariables, readEnv, textVariable } from '@dataloaf/core/env';
import { logLevelVariable } from '@dataloaf/core/log';
import { type AddressVariables, addressGroup } from '@dataloaf/core/warehouse/address-variables';

const SPEC = {
  USERS_STREAM: textVariable('Firehose stream of operations on users'),
  EVENTS_BUCKET: textVariable(
    'bucket of events, with the API keys under config/ and the objects of direct merges under direct/',
  ),
  USERS_BUCKET: textVariable('bucket of operations on users, with rejected items under rejected/'),
  WAREHOUSE: addressGroup,
  WAREHOUSE_DATABASE: textVariable('database inside the warehouse'),
  COPY_ROLE_ARN: textVariable('role that Redshift assumes to read the buckets'),
  DIRECT_MERGE: choiceVariable('on: an update is applied at once; off: by the next load', ['on', 'off'], 'on'),
  LOG_LEVEL: logLevelVariable('info'),
} as const;

export type MergeEnv = EnvOf<typeof SPEC>;
export type MergeVariables = EnvVariables<typeof SPEC> & AddressVariables;
export const readMergeEnv = (): MergeEnv => readEnv(SPEC, process.env);
