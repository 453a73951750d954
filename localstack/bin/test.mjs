/**
 * `npm test`: formatting, lint, types, dead code, then all tests; installs packages first where they are missing.
 * Arguments go to vitest: `npm test -- core` runs the tests of one folder.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure-installed.mjs';

const CHECKS = [
  ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'],
  ['tsc', '-b'],
  ['knip', '--no-progress', '--no-config-hints'],
];

ensureInstalled();
const args = process.argv.slice(2);
const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const steps = [...(args.length === 0 ? CHECKS : []), ['vitest', 'run', ...args]];
for (const [command, ...rest] of steps) {
  process.stdout.write(`\n> ${[command, ...rest].join(' ')}\n`);
  const step = spawnSync(join(root, 'node_modules', '.bin', command), rest, { cwd: root, stdio: 'inherit', env });
  if (step.status !== 0) process.exit(step.status ?? 1);
}
