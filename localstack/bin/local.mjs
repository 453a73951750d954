/** `npm run local`: the whole pipeline on this machine. `npm run local -- --help` lists the options. */
import { root } from '../../tools/ensure-installed.mjs';
import { run } from '../../tools/run.mjs';

/** The stack ends within 4 s by itself; the promise to people is 5 s. */
const STOP_MS = 4_700;

run('localstack/src/run/main.ts', process.argv.slice(2), { cwd: userFolder(), stopMs: STOP_MS });

/** npm changes into the package's folder; a relative --dir means the folder where the user called npm. */
function userFolder() {
  const isNpmScript = process.env.npm_lifecycle_event === 'local' && process.cwd() === root;
  return (isNpmScript ? process.env.INIT_CWD : undefined) ?? process.cwd();
}
