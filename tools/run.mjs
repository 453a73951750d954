/** Runs one TypeScript file of this repository: `node tools/run.mjs infra/src/build/main.ts [arguments]`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { launch } from './launch.mjs';

/** Starts `file`, a path from the root of the repository, in its own Node process and ends with its exit code. */
export function run(file, args, options) {
  ensureInstalled();
  launch(join(root, file), args, options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run(process.argv[2], process.argv.slice(3));
