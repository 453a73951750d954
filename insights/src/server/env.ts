import {
  choiceVariable,
  type EnvOf,
  type EnvVariables,
  integerVariable,
  readEnv,
  textVariable,
} from '@dataloaf/core/env';
import { logLevelVariable } from '@dataloaf/core/log';
import { type AddressVariables, addressGroup } from '@dataloaf/core/warehouse/address-variables';

const SPEC = {
  INSIGHTS_HOST: choiceVariable('address to listen on', ['127.0.0.1', '0.0.0.0'], '127.0.0.1'),
  INSIGHTS_PORT: integerVariable('port to listen on, 0 for any free port', { min: 0, max: 65_535, fallback: 8080 }),
  INSIGHTS_QUERY_SECONDS: integerVariable('longest wait for a query, in seconds', {
    min: 1,
    max: 300,
    fallback: 20,
  }),
  INSIGHTS_WEB_DIR: {
    ...textVariable('folder with the built page; defaults to insights/dist/web, or to web beside a bundled server'),
    fallback: '',
  },
  EVENTS_BUCKET: textVariable('events bucket, which holds state/last-tick.json'),
  WAREHOUSE: addressGroup,
  WAREHOUSE_DATABASE: textVariable('database inside the warehouse'),
  LOG_LEVEL: logLevelVariable('info'),
} as const;

export type InsightsEnv = EnvOf<typeof SPEC>;
export type InsightsVariables = EnvVariables<typeof SPEC> & AddressVariables;
export const readInsightsEnv = (): InsightsEnv => readEnv(SPEC, process.env);
