/** The programs that `npm run check` and `npm test` run. The first failure ends the process. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

/** Format and lint, imports, types, dead code. */
const CHECKS = [
  ['biome', 'ci', '--error-on-warnings', '--log-level=warn', '--colors=off', '.'],
  ['tsx', 'tools/import-table/main.ts'],
  ['tsc', '-b'],
  ['knip', '--no-progress', '--no-config-hints'],
];

/** Runs all checks at the same time, which saves a third on 2 cores. Prints only the output of checks that fail. */
export async function runChecks() {
  const results = await Promise.all(
    CHECKS.map(async (step) => {
      const chunks = [];
      const child = start(step, { stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
      return { step, status: await statusOf(child), output: Buffer.concat(chunks) };
    }),
  );
  const failed = results.filter(({ status }) => status !== 0);
  for (const { step, output } of failed) process.stderr.write(`\n> ${step.join(' ')}\n${output}`);
  if (failed.length > 0) process.exit(failed[0].status);
}

/** Runs one program with our input and output. */
export async function runStep(step, env = process.env) {
  const status = await statusOf(start(step, { stdio: 'inherit', env }));
  if (status !== 0) process.exit(status);
}

const start = ([command, ...args], options) =>
  spawn(join(root, 'node_modules', '.bin', command), args, { cwd: root, ...options });

function statusOf(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`Expected to start ${child.spawnfile}, got: ${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
