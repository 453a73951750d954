/** Finds the local stack of a folder through the file `stack.json`, which the stack writes there. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, messageOf } from '@dataloaf/core/errors';
import { readStart } from '@dataloaf/core/process-identity';
import { STACK_DIR_DEFAULT, STACK_FILE, type StackFacts } from '@dataloaf/core/stack-file';
import { isObject } from '@dataloaf/core/values/parsed';

export type StackState =
  | { readonly kind: 'running'; readonly stack: StackFacts }
  | { readonly kind: 'absent'; readonly dir: string }
  /** The file is there, but its process is gone or its API does not respond. */
  | { readonly kind: 'stopped'; readonly dir: string; readonly reason: string };

const HEALTH_MS_MAX = 3_000;

/** Finds the stack of a folder and asks its API whether it is up. @throws ConfigError when its file cannot be read */
export async function findStack(dir: string | undefined, cwd: string): Promise<StackState> {
  const folder = resolve(cwd, dir ?? STACK_DIR_DEFAULT);
  const text = await readFile(join(folder, STACK_FILE), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const message = `Expected to read ${join(folder, STACK_FILE)}, got: ${messageOf(error)}`;
    throw new ConfigError('stack_unreadable', message, { cause: error });
  });
  if (text === undefined) return { kind: 'absent', dir: folder };
  const stack = parseStackFacts(text);
  if (stack === undefined) return { kind: 'stopped', dir: folder, reason: `its ${STACK_FILE} is incomplete` };
  const isGone = readStart(stack.pid) === undefined;
  const reason = isGone ? `its process ${stack.pid} is gone` : await checkHealth(stack.api);
  return reason === undefined ? { kind: 'running', stack } : { kind: 'stopped', dir: folder, reason };
}

function parseStackFacts(text: string): StackFacts | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStackFacts(value) ? value : undefined;
  } catch {
    return undefined; // The stack writes the file by rename, so it never leaves half of one: something else wrote this.
  }
}

function isStackFacts(value: unknown): value is StackFacts {
  if (!isObject(value)) return false;
  const strings = [value['api'], value['aws'], value['serverKey'], value['dir'], value['insights']];
  const { buckets, streams } = value;
  return (
    strings.every((field) => typeof field === 'string') &&
    typeof value['pid'] === 'number' &&
    isObject(buckets) &&
    typeof buckets['events'] === 'string' &&
    isObject(streams)
  );
}

/** Checks the API's health. @returns what is wrong, undefined when it is up */
async function checkHealth(api: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${api}/health`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    await response.arrayBuffer();
    return response.ok ? undefined : `its API at ${api} returned status ${response.status}`;
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    return `its API at ${api} does not respond (${reason})`;
  }
}
