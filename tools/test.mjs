/**
 * `npm test`: formatting, lint, types, dead code, then all tests on the embedded back end; installs packages first where
 * they are missing. `npm test -- --backend containers` runs the end-to-end tests on LocalStack and Postgres in containers,
 * and those of the containers themselves. Other arguments go to vitest: `npm test -- core` runs the tests of one folder.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

const CHECKS = [
  ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'],
  ['tsc', '-b'],
  ['knip', '--no-progress', '--no-config-hints'],
];
const BACKENDS = ['embedded', 'containers'];
const PREPARE = ['tsx', '--conditions=@dataloaf/source', 'promises/tools/prepare-containers.ts'];
const NOT_RUN = `
*** The end-to-end tests ran on the embedded back end. They DID NOT RUN on containers: ***
*** \`npm test -- --backend containers\` does that, where a Docker engine runs.         ***
`;
const NO_RESTARTS = `
*** What a restart keeps (promises/restarts.test.ts) is not tested on containers: LocalStack's free edition keeps nothing. ***
`;

const { backend, args } = takeBackend(process.argv.slice(2));
ensureInstalled();
const isWhole = backend === 'embedded' && args.length === 0;
const before = backend === 'containers' ? [PREPARE] : CHECKS.filter(() => isWhole);
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  DATALOAF_BACKEND: backend,
};
for (const [command, ...rest] of [...before, ['vitest', 'run', ...args]]) {
  process.stdout.write(`\n> ${[command, ...rest].join(' ')}\n`);
  const step = spawnSync(join(root, 'node_modules', '.bin', command), rest, { cwd: root, stdio: 'inherit', env });
  if (step.status !== 0) process.exit(step.status ?? 1);
}
if (isWhole) process.stdout.write(NOT_RUN);
if (backend === 'containers' && args.length === 0) process.stdout.write(NO_RESTARTS);

/** `--backend NAME` or `--backend=NAME`, wherever it stands; vitest does not know it. */
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
