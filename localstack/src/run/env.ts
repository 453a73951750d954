import { type EnvOf, readEnv, textVariable } from '@dataloaf/core/env';
import { logLevelVariable } from '@dataloaf/core/log';

const SPEC = {
  DATALOAF_PG_URL: { ...textVariable('address of a Postgres to use, as a superuser'), fallback: '' },
  LOG_LEVEL: logLevelVariable('warn'),
} as const;

export type LocalEnv = EnvOf<typeof SPEC>;
export const readLocalEnv = (): LocalEnv => readEnv(SPEC, process.env);
