/**
 * Ends a process at one of its system calls, by strace: before the N-th of a kind takes effect, in any of its threads.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface KillPoint {
  /** Several names, where systems name a call differently. A leading `?` allows calls that a system does not have. */
  readonly calls: string;
  /** From 1, in each thread. */
  readonly at: number;
}

export interface KilledRun {
  readonly wasKilled: boolean;
  readonly output: string;
}

/** Undefined when strace works here, else why it does not. */
export function straceProblem(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (error !== undefined) return `strace cannot be started (${error.message}); on Debian: apt-get install strace`;
  return status === 0 ? undefined : `strace may not trace here: ${stderr.trim()}`;
}

/** Runs test/tools/<name>. */
export function runUntilKilled(
  name: string,
  { calls, at }: KillPoint,
  env: Readonly<Record<string, string>>,
): Promise<KilledRun> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const node = [process.execPath, '--conditions=@dataloaf/source', '--import', 'tsx', file];
  const trace = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls}`,
    '-e',
    `inject=${calls}:signal=KILL:when=${at}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('strace', [...trace, ...node], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    // strace exits in the same way as the traced process.
    child.on('close', (code, signal) => resolve({ wasKilled: signal === 'SIGKILL' || code === 137, output }));
  });
}
