/** Runs a program to its end without blocking this process, which serves the API of the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandResult {
  /** Null when a signal ended it, for example at the time limit. */
  readonly code: number | null;
  /** Standard output, then standard error. */
  readonly output: string;
}

const LIMIT_MS = 100_000;

/** Variables in which npm describes the current package to its scripts. An npm in another folder must not get them. */
const NPM_PLACE = /^npm_(?:package|lifecycle|command|config_local_prefix|config_workspace)/;

export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<CommandResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !NPM_PLACE.test(name));
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const texts = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (texts[0] += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (texts[1] += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, output: texts.join('') };
}
