import { type EnvOf, readEnv, textVariable } from '@dataloaf/core/env';

const SPEC = {
  /** The last tag of LocalStack that needs no token. It is no longer maintained. */
  DATALOAF_LOCALSTACK_IMAGE: {
    ...textVariable('image of LocalStack'),
    fallback: 'localstack/localstack:4.14.0',
  },
  DATALOAF_POSTGRES_IMAGE: { ...textVariable('image of Postgres 14 or newer'), fallback: 'postgres:17' },
} as const;

export type ContainersEnv = EnvOf<typeof SPEC>;
export const readContainersEnv = (): ContainersEnv => readEnv(SPEC, process.env);
