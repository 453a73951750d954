/**
 * Decides which API a command talks to. Explicit settings win over what is found: --endpoint and --key, then --dir, then
 * the environment, then the local stack that is running in the working folder.
 */
import { ConfigError } from '@dataloaf/core/errors';
import type { StackFacts } from '@dataloaf/core/stack-file';
import type { CliPorts } from './command.ts';
import type { CliEnv } from './env.ts';
import { UsageError } from './errors.ts';
import { findStack } from './local-stack.ts';

export interface TargetFlags {
  readonly endpoint: string | undefined;
  readonly key: string | undefined;
  readonly dir: string | undefined;
}

export interface ApiAccess {
  readonly endpoint: string;
  readonly serverKey: string;
}

export interface Target extends ApiAccess {
  /** Folder for journals and lists of rejects. */
  readonly stateDir: string;
}

const HOW_TO =
  'Start it with `npm run local`, or pass --endpoint and --key (or set DATALOAF_ENDPOINT and DATALOAF_SERVER_KEY).';

/** @throws UsageError, ConfigError */
export async function resolveTarget(flags: TargetFlags, { cwd, env }: Pick<CliPorts, 'cwd' | 'env'>): Promise<Target> {
  if (flags.dir !== undefined && flags.endpoint !== undefined)
    throw new UsageError('Pass either --dir or --endpoint, not both.');
  const isNamed = flags.dir === undefined && (flags.endpoint ?? env.endpoint) !== undefined;
  if (isNamed) return namedTarget(flags, env);
  if (flags.key !== undefined) throw new UsageError('--key needs --endpoint.', HOW_TO);
  const { api, serverKey, dir } = await requireStack(flags.dir, cwd);
  return { endpoint: api, serverKey, stateDir: dir };
}

function namedTarget(flags: TargetFlags, env: CliEnv): Target {
  const endpoint = flags.endpoint ?? env.endpoint ?? '';
  const serverKey = flags.key ?? env.serverKey;
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new UsageError(
      `Expected --endpoint (or DATALOAF_ENDPOINT) to be an http or https address, got ${JSON.stringify(endpoint)}.`,
    );
  }
  if (serverKey === undefined) throw new UsageError('--endpoint needs a key: pass --key or set DATALOAF_SERVER_KEY.');
  return { endpoint, serverKey, stateDir: env.stateDir };
}

/** @throws ConfigError when no stack is running there */
async function requireStack(dir: string | undefined, cwd: string): Promise<StackFacts> {
  const state = await findStack(dir, cwd);
  switch (state.kind) {
    case 'running':
      return state.stack;
    case 'absent':
      throw new ConfigError('stack_absent', `Expected a local stack in ${state.dir}, found none.`, { hint: HOW_TO });
    case 'stopped':
      throw new ConfigError(
        'stack_stopped',
        `Expected the local stack in ${state.dir} to be running, but ${state.reason}.`,
        { hint: HOW_TO },
      );
  }
}
