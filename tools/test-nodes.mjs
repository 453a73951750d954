/**
 * `npm run test:nodes`: the SDK's tests, that of its packed form included, on the newer lines of Node. Each Node is a
 * package of the registry without an install script (185 MB on disk), kept below node_modules. Tests of chance and faults
 * take fewer samples here than in `npm test`. Arguments
 * are parts of file names: `npm run test:nodes -- package` runs that file alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { sdkTests } from './sdk-tests.mjs';

/** The newest of each line, 2026-11; the floor, 20.19, is what `npm test` itself runs on. */
const VERSIONS = ['22.23.3', '24.21.0'];

ensureInstalled();
const platform = `${process.platform}-${process.arch}`;
if (platform !== 'linux-x64') {
  process.stderr.write(
    `NOT TESTED on Node ${VERSIONS.join(' and ')}: the Nodes that this command fetches are for linux-x64, this is ` +
      `${platform}. Run "npx vitest run sdk" with a Node of each line instead.\n`,
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

/** Answers the path of the program. */
function fetchNode(version) {
  const folder = join(root, 'node_modules/.cache/nodes', version);
  const node = join(folder, `node_modules/node-${platform}/bin/node`);
  if (existsSync(node)) return node;
  process.stdout.write(`\n> fetching Node ${version}\n`);
  mkdirSync(folder, { recursive: true });
  // Without --prefix npm would take the repository for the place to install in.
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
