/** Runs a program to its end. Its output is progress and goes to standard error. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DataLoafError } from '@dataloaf/core/errors';

/** The bench cannot continue: a wrong option, or a program that failed. */
export class BenchError extends DataLoafError {
  override readonly name = 'BenchError';
}

export async function runToEnd(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<void> {
  console.error(`> ${[command, ...args].join(' ')}`);
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] });
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  throw new BenchError(
    'bench_program_failed',
    `Expected "${command} ${args.join(' ')}" to succeed, got ${code ?? signal}.`,
  );
}
