/**
 * Runs a TypeScript file of this repository in its own Node process, because loaders and conditions are flags of a
 * process. Packages resolve from here, not from the user's working folder. Signals and the exit code are passed on. The
 * child has a channel to this process; when it closes, the child knows that this process was killed. npm passes nothing on
 * when it is killed itself, so this process watches npm and stops the child.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MS = 1_000;

/**
 * `cwd` is the child's working folder. `stopMs` is how long the child may take to end after a signal before it is killed;
 * without it there is no limit.
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
  // A tsconfig.json in the user's folder must not change how our sources are compiled.
  TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
  // The AWS SDK prints ten lines of advice on Node 20. Our packages are pinned, so the advice does not apply.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

/**
 * Watches npm only: a shell that started this in the background may end while this continues. npm runs a script in a
 * shell. Some shells replace themselves by the script's program and others stay, so both the parent and, above a shell, the
 * grandparent are watched. A process whose parent ends gets another parent.
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

/** Reads /proc, or calls `ps` on systems without it. */
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
