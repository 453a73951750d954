/** The only reader of the environment in this package. */

export interface SdkEnv {
  readonly endpoint: string | undefined;
  readonly serverKey: string | undefined;
}

/** An empty variable counts as unset: shells and compose files cannot always leave one out. */
export function readEnv(env: Readonly<Record<string, string | undefined>> = process.env): SdkEnv {
  return {
    endpoint: env['DATALOAF_ENDPOINT'] || undefined,
    serverKey: env['DATALOAF_SERVER_KEY'] || undefined,
  };
}
