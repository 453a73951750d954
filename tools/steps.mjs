/** The programs that `npm run check` and `npm test` run, one after the other. The first one that fails ends the process. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

/** Format and lint, imports, types, dead code. */
export const CHECKS = [
  ['biome', 'ci', '--error-on-warnings', '--log-level=warn', '--colors=off', '.'],
  ['tsx', 'tools/import-table/main.ts'],
  ['tsc', '-b'],
  ['knip', '--no-progress', '--no-config-hints'],
];

/** `announce` is called with each program's command line before it starts. */
export function runSteps(steps, { env = process.env, announce = () => undefined } = {}) {
  for (const [command, ...args] of steps) {
    announce([command, ...args].join(' '));
    const { status, error } = spawnSync(join(root, 'node_modules', '.bin', command), args, {
      cwd: root,
      stdio: 'inherit',
      env,
    });
    if (error !== undefined) process.stderr.write(`Expected to start ${command}, got: ${error.message}\n`);
    if (status !== 0) process.exit(status ?? 1);
  }
}
