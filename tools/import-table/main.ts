/** Part of `npm run check`: prints each import that the import table does not allow, and nothing when all is well. */
import { findViolations } from './find-violations.ts';
import { readFiles } from './read-files.ts';

const violations = findViolations(await readFiles());
for (const violation of violations) process.stderr.write(`${violation}\n`);
if (violations.length > 0)
  process.stderr.write(`\nThe import table is in README.md and tools/import-table/table.ts.\n`);
process.exitCode = violations.length > 0 ? 1 : 0;
