/** Runs one TypeScript file of this repository: `node localstack/bin/run.mjs infra/src/build.ts [arguments]`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, root } from './ensure-installed.mjs';

/** Starts `file` (from the root of the repository) in a Node of its own and ends with its exit code. */
export function run(file, args) {
  ensureInstalled();
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', join(root, file), ...args], {
    stdio: 'inherit',
    // Its advice to use a newer Node is for us, and known.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  // The child handles the signals; this process only waits, so that its exit code is the child's.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run(process.argv[2], process.argv.slice(3));
