/**
 * `npm run test:nodes`: the SDK's tests on newer lines of Node, including the test of the packed package. Each Node is an
 * npm package without an install script (185 MB on disk), kept in node_modules. Random and fault tests take fewer samples
 * here than in `npm test`. Arguments are parts of file names: `npm run test:nodes -- package` runs only that file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { sdkTests } from './sdk-tests.mjs';

/** The newest of each line, 2026-11. `npm test` itself covers the oldest supported line, 20. */
const VERSIONS = ['22.23.3', '24.21.0'];

ensureInstalled();
const platform = `${process.platform}-${process.arch}`;
if (platform !== 'linux-x64') {
  process.stderr.write(
    `NOT TESTED on Node ${VERSIONS.join(' and ')}: this command fetches Node for linux-x64, this machine is ` +
      `${platform}. Run "npx vitest run sdk" with each Node instead.\n`,
  );
  process.exit(1);
}
const parts = process.argv.slice(2);
const files = parts.length > 0 ? sdkTests(parts) : ['sdk/test'];
const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', '--project', 'integration'];
for (const version of VERSIONS) {
  const node = fetchNode(version);
  process.stdout.write(`\n> Node ${version}: vitest run ${files.join(' ')}\n`);
  run(node, [...vitest, ...files]);
}

/** Returns the path of the program. */
function fetchNode(version) {
  const folder = join(root, 'node_modules/.cache/nodes', version);
  const node = join(folder, `node_modules/node-${platform}/bin/node`);
  if (existsSync(node)) return node;
  process.stdout.write(`\n> fetching Node ${version}\n`);
  mkdirSync(folder, { recursive: true });
  // Without --prefix npm would install into the repository.
  const quiet = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  run('npm', ['install', '--prefix', folder, ...quiet, `node-${platform}@${version}`]);
  return node;
}

function run(command, args) {
  const env = { ...process.env, DATALOAF_TEST_SCALE: 'short' };
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (error !== undefined) process.stderr.write(`Expected to start ${command}, got: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}
