/** The only place in this package that reads the environment. */
import process from 'node:process';

export interface SdkEnv {
  readonly endpoint: string | undefined;
  readonly serverKey: string | undefined;
}

/** An empty variable counts as unset, because shells and compose files cannot always omit one. */
export function readEnv(env: Readonly<Record<string, string | undefined>> = process.env): SdkEnv {
  return {
    endpoint: env['DATALOAF_ENDPOINT'] || undefined,
    serverKey: env['DATALOAF_SERVER_KEY'] || undefined,
  };
}
