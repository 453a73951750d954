/**
 * Runs a TypeScript file of this repository in a Node of its own: loaders and conditions are flags of a process. Packages
 * are found from here, not from the folder where the user stands. Signals and the exit code are passed on. The child has a
 * channel to this process: its end tells the child that this process was killed. When npm above is killed, which tells
 * nobody, the child is asked to end.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MS = 1_000;

/**
 * `cwd`: the child's working folder. `stopMs`: how long the child may take to end once it was asked; without it, as long
 * as it likes.
 */
export function launch(file, args, { cwd = process.cwd(), stopMs } = {}) {
  const child = spawn(
    process.execPath,
    ['--conditions=@dataloaf/source', '--import', import.meta.resolve('tsx'), file, ...args],
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

/**
 * Only npm is watched: a shell that started this in the background may end, and this goes on. npm runs a script in a
 * shell, which some shells give up for the script's program and others keep; a process whose parent ends gets another one.
 */
function watchNpm(onEnd) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const { name, ppid: npm } = readProcess(parent);
  const isShell = /^-?(?:\S*\/)?(?:ba|da|z|k)?sh$/.test(name);
  const isGone = () => process.ppid !== parent || (isShell && readProcess(parent).ppid !== npm);
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    onEnd();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** From /proc, or from `ps` where there is none. */
function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return { name: stat.slice(stat.indexOf('(') + 1, end), ppid: Number(stat.slice(end + 2).split(' ')[1]) };
  } catch {
    const answer = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [ppid, name = ''] = answer.stdout?.trim().split(/\s+/) ?? [];
    return { name, ppid: Number(ppid) };
  }
}
