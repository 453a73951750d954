/**
 * `npm run test:sdk:long`: the SDK's fault tests at their full length, about half an hour. Arguments choose files:
 * `npm run test:sdk:long -- crash chaos`. A failure names its seed; DATALOAF_TEST_SEED=7 runs only that one.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { sdkTests } from './sdk-tests.mjs';

const FILES = ['crash', 'neighbours', 'disk-faults', 'damage', 'process-kill', 'chaos'];

ensureInstalled();
const chosen = process.argv.slice(2);
const files = sdkTests(chosen.length > 0 ? chosen : FILES.map((name) => `faults/${name}.`));
const { status } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  ['run', '--project', 'integration', '--no-file-parallelism', ...files],
  { cwd: root, stdio: 'inherit', env: { ...process.env, DATALOAF_TEST_SCALE: 'long' } },
);
process.exit(status ?? 1);
