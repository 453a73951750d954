/** `npm run check`: the checks and the unit tests. */
import { ensureInstalled } from './ensure-installed.mjs';
import { runChecks, runStep } from './steps.mjs';

/** More than most machines have cores, because some tests wait for retries. On 2 cores, 4 workers take half the time of 1. */
const WORKERS = 4;

ensureInstalled();
await runChecks();
await runStep([
  ...['vitest', 'run', '--project', 'unit', `--maxWorkers=${WORKERS}`],
  '--reporter=./tools/reporters/closing-line-reporter.ts',
]);
