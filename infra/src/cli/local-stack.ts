/** Where a command works: the local stack of a folder, or an API that is named. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, messageOf } from '@dataloaf/core/errors';
import { readStart } from '@dataloaf/core/process-identity';
import { STACK_DIR_DEFAULT, STACK_FILE, type StackFacts } from '@dataloaf/core/stack-file';
import { isObject } from '@dataloaf/core/values/parsed';
import type { CliEnv } from './env.ts';
import { UsageError } from './errors.ts';

export interface TargetFlags {
  readonly endpoint: string | undefined;
  readonly key: string | undefined;
  readonly dir: string | undefined;
}

export interface Place {
  readonly cwd: string;
  readonly env: CliEnv;
}

export interface ImportTarget {
  readonly endpoint: string;
  readonly serverKey: string;
  /** Folder for journals and lists of rejects. */
  readonly stateDir: string;
}

export type LocalState =
  | { readonly kind: 'running'; readonly stack: StackFacts }
  | { readonly kind: 'absent'; readonly dir: string }
  /** A stack file whose process is gone or does not answer. */
  | { readonly kind: 'stopped'; readonly dir: string; readonly reason: string };

const HEALTH_MS_MAX = 3_000;
const HOW_TO =
  'Start it with `npm run local`, or pass --endpoint and --key (or set DATALOAF_ENDPOINT and DATALOAF_SERVER_KEY).';

/**
 * What is said wins over what is found: --endpoint and --key, then --dir, then the environment, then the stack that runs
 * in this folder.
 * @throws UsageError, ConfigError
 */
export async function resolveTarget(flags: TargetFlags, { cwd, env }: Place): Promise<ImportTarget> {
  if (flags.dir !== undefined && flags.endpoint !== undefined)
    throw new UsageError('Give --dir or --endpoint, not both.');
  const isNamed = flags.dir === undefined && (flags.endpoint ?? env.endpoint) !== undefined;
  if (isNamed) return namedTarget(flags, env);
  if (flags.key !== undefined) throw new UsageError('--key needs --endpoint.', HOW_TO);
  const { api, serverKey, dir } = await requireStack(flags.dir, cwd);
  return { endpoint: api, serverKey, stateDir: dir };
}

function namedTarget(flags: TargetFlags, env: CliEnv): ImportTarget {
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

/** @throws ConfigError when none runs */
export async function requireStack(dir: string | undefined, cwd: string): Promise<StackFacts> {
  const state = await findStack(dir, cwd);
  switch (state.kind) {
    case 'running':
      return state.stack;
    case 'absent':
      throw new ConfigError('stack_absent', `Expected a local stack in ${state.dir}, found none.`, { hint: HOW_TO });
    case 'stopped':
      throw new ConfigError('stack_stopped', `Expected the local stack in ${state.dir} to run; ${state.reason}.`, {
        hint: HOW_TO,
      });
  }
}

export async function findStack(dir: string | undefined, cwd: string): Promise<LocalState> {
  const folder = resolve(cwd, dir ?? STACK_DIR_DEFAULT);
  const text = await readFile(join(folder, STACK_FILE), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ConfigError('stack_unreadable', `Expected to read ${join(folder, STACK_FILE)}, got: ${messageOf(error)}`);
  });
  if (text === undefined) return { kind: 'absent', dir: folder };
  const stack = parseStackFacts(text);
  if (stack === undefined) return { kind: 'stopped', dir: folder, reason: `its ${STACK_FILE} is not complete` };
  const isGone = readStart(stack.pid) === undefined;
  const reason = isGone ? `its process ${stack.pid} is gone` : await silenceOf(stack.api);
  return reason === undefined ? { kind: 'running', stack } : { kind: 'stopped', dir: folder, reason };
}

function parseStackFacts(text: string): StackFacts | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStackFacts(value) ? value : undefined;
  } catch {
    return undefined; // The stack writes it by rename: what is no JSON was not written by it.
  }
}

function isStackFacts(value: unknown): value is StackFacts {
  if (!isObject(value)) return false;
  const texts = [value['api'], value['aws'], value['serverKey'], value['dir'], value['insights']];
  const { buckets, streams } = value;
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof value['pid'] === 'number' &&
    isObject(buckets) &&
    typeof buckets['events'] === 'string' &&
    isObject(streams)
  );
}

/** Why the API counts as silent; undefined when it answers. */
async function silenceOf(api: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${api}/health`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    await response.arrayBuffer();
    return response.ok ? undefined : `its API at ${api} answers with status ${response.status}`;
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    return `its API at ${api} does not answer (${reason})`;
  }
}
