/** `npm run check`: the checks and the unit tests. */
import { ensureInstalled } from './ensure-installed.mjs';
import { CHECKS, runSteps } from './steps.mjs';

const UNIT_TESTS = ['vitest', 'run', '--project', 'unit', '--reporter=./tools/reporters/closing-line-reporter.ts'];

ensureInstalled();
runSteps([...CHECKS, UNIT_TESTS]);
