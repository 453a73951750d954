/**
 * Runs a TypeScript file of this repository in a Node of its own: loaders and conditions are flags of a process. Packages
 * are found from here, not from the folder where the user stands. Signals and the exit code are passed on. The child has a
 * channel to this process: its end tells the child that this process was killed. When npm above is killed, which tells
 * nobody, the child is asked to end.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MS = 500;

/**
 * `cwd`: the child's working folder. `stopMs`: how long the child may take to end once it was asked; without it, as long
 * as it likes.
 */
export function launch(file, args, { cwd = process.cwd(), stopMs } = {}) {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', import.meta.resolve('tsx'), file, ...args],
    { cwd, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: environment() },
  );
  const stop = (signal) => {
    child.kill(signal);
    if (stopMs !== undefined) setTimeout(() => child.kill('SIGKILL'), stopMs).unref();
  };
  for (const signal of SIGNALS) process.on(signal, () => stop(signal));
  watchNpm(() => stop('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`error Expected to start ${process.execPath}, got: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const environment = () => ({
  ...process.env,
  // A tsconfig.json of the user's folder must not change how our sources are read.
  TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
  // Ten lines on standard error for whoever runs Node 20: our packages are pinned, the advice is not for them.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

/** Only npm is watched: a shell that started this in the background may end, and this goes on. */
function watchNpm(onEnd) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onEnd();
  }, PARENT_CHECK_MS);
  timer.unref();
}
