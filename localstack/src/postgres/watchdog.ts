/**
 * Ends a process of Postgres when this process is killed. A shell reads a pipe from this process: a line means that the
 * guarded process has ended, the end of the file that this process is dead.
 */
import { spawn } from 'node:child_process';
import { SERVER_ENV } from './server-env.ts';

/** `$1` server, `$2` folder to remove or empty. A line means "stopped normally"; end of file means the parent is dead. */
const WATCHDOG = `
if read -r word; then exit 0; fi
kill -INT "$1" 2>/dev/null
n=0
while kill -0 "$1" 2>/dev/null && [ $n -lt 50 ]; do
  sleep 0.1
  n=$((n + 1))
  if [ $n -eq 30 ]; then kill -QUIT "$1" 2>/dev/null; fi
done
kill -KILL "$1" 2>/dev/null
if [ -n "$2" ]; then rm -rf -- "$2"; fi
`;

export interface Guarded {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it has ended, for any reason. */
  readonly ended: Promise<unknown>;
  /** Folder that is removed when this process is killed. */
  readonly removes: string | undefined;
}

export function guardProcess({ pid, ended, removes = '' }: Guarded): void {
  if (pid === undefined) return;
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'dataloaf-watchdog', String(pid), removes], {
    cwd: '/',
    env: SERVER_ENV,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  // A killed watchdog must not crash this process through a broken pipe.
  watchdog.stdin.on('error', () => undefined);
  watchdog.on('error', () => undefined);
  void ended.then(() => watchdog.stdin.end('stopped\n'));
}
