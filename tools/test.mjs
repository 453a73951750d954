/**
 * `npm test`: the checks, then all tests on the embedded back end. `npm test -- --backend containers` runs the promises that
 * depend on the back end, on LocalStack and Postgres in containers, and the tests of the containers themselves. All other
 * arguments go to vitest: `npm test -- core` runs the tests of one folder and no checks.
 */
import { ensureInstalled } from './ensure-installed.mjs';
import { runChecks, runStep } from './steps.mjs';

const BACKENDS = ['embedded', 'containers'];
const PULL_IMAGES = ['tsx', '--conditions=@dataloaf/source', 'promises/tools/prepare-containers.ts'];
const ONLY_EMBEDDED = `
*** The promises were tested on the embedded back end. They WERE NOT TESTED on containers:   ***
*** where a Docker engine runs, \`npm test -- --backend containers\` tests those that depend on it. ***
`;

const { backend, args } = takeBackend(process.argv.slice(2));
ensureInstalled();
const isWhole = backend === 'embedded' && args.length === 0;
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  DATALOAF_BACKEND: backend,
};
if (isWhole) {
  process.stdout.write('> format, lint, imports, types, dead code\n');
  await runChecks();
}
if (backend === 'containers') await runStep(PULL_IMAGES, env);
process.stdout.write(`\n> ${['vitest', 'run', ...args].join(' ')}\n`);
await runStep(['vitest', 'run', ...args], env);
if (isWhole) process.stdout.write(ONLY_EMBEDDED);

/** `--backend NAME` or `--backend=NAME`, wherever it is; vitest does not know it. */
function takeBackend(given) {
  const at = given.findIndex((arg) => arg === '--backend' || arg.startsWith('--backend='));
  if (at === -1) return { backend: 'embedded', args: given };
  const [, inline] = given[at].split('=');
  const name = inline ?? given[at + 1];
  if (!BACKENDS.includes(name)) {
    process.stderr.write(`Expected --backend to be ${BACKENDS.join(' or ')}, got ${name ?? 'nothing'}.\n`);
    process.exit(2);
  }
  return { backend: name, args: given.toSpliced(at, inline === undefined ? 2 : 1) };
}
