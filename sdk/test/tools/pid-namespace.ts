/** Processes in pid namespaces of their own, where each is pid 1, as in containers. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { type RunningScript, runScript, until } from './test-client.ts';

const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

export interface NamespacedScript extends RunningScript {
  /** Signals the process inside. */
  signal(signal: NodeJS.Signals): void;
}

/** Undefined when namespaces can be made here, else why not. */
export function namespaceProblem(): string | undefined {
  const [command, ...flags] = UNSHARE;
  const { status, error, stderr } = spawnSync(command, [...flags, 'true'], { encoding: 'utf8' });
  return status === 0 ? undefined : `pid namespaces cannot be made here: ${error?.message ?? stderr.trim()}`;
}

/** Runs test/tools/<name> as pid 1 of a new namespace. */
export async function runAsPidOne(name: string, env: Readonly<Record<string, string>>): Promise<NamespacedScript> {
  const script = runScript(name, env, UNSHARE);
  const children = `/proc/${script.child.pid}/task/${script.child.pid}/children`;
  let inside = 0;
  await until(() => {
    inside = Number.parseInt(fs.readFileSync(children, 'utf8'), 10);
    return inside > 0;
  });
  return { ...script, signal: (signal) => void process.kill(inside, signal) };
}
