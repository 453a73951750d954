import { type EnvOf, type EnvVariables, readEnv, textVariable } from '@dataloaf/core/env';
import { logLevelVariable } from '@dataloaf/core/log';
import {
  type AddressVariables,
  addressGroup,
  type PlaceVariables,
  placeGroup,
} from '@dataloaf/core/warehouse/address-variables';

/** What both functions of this folder need. */
const COMMON = {
  EVENTS_BUCKET: textVariable('bucket of events, with manifests and state'),
  WAREHOUSE_DATABASE: textVariable('database inside the warehouse'),
  LOG_LEVEL: logLevelVariable('info'),
} as const;

const LOADER = {
  ...COMMON,
  WAREHOUSE: addressGroup,
  USERS_BUCKET: textVariable('bucket of user operations'),
  COPY_ROLE_ARN: textVariable('IAM role with which Redshift reads the buckets'),
  MIGRATE_FUNCTION: textVariable('name of the function that creates and updates the tables'),
} as const;

const MIGRATE = {
  ...COMMON,
  WAREHOUSE: placeGroup,
  ADMIN_SECRET_ARN: textVariable('secret of Secrets Manager with the admin of the warehouse'),
  LOADER_ROLE: textVariable('IAM role of the loader; its user in the warehouse is IAMR:<role>'),
  MERGE_ROLE: textVariable('IAM role of the merge function'),
  INSIGHTS_ROLE: textVariable('IAM role of Insights'),
} as const;

export type LoaderEnv = EnvOf<typeof LOADER>;
export type LoaderVariables = EnvVariables<typeof LOADER> & AddressVariables;
export const readLoaderEnv = (): LoaderEnv => readEnv(LOADER, process.env);

export type MigrateVariables = EnvVariables<typeof MIGRATE> & PlaceVariables;
export const readMigrateEnv = (): EnvOf<typeof MIGRATE> => readEnv(MIGRATE, process.env);
