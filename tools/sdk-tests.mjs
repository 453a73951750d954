/** Finds test files of the SDK by a part of their name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

const FOLDER = 'sdk/test';

/** Returns paths from the root of the repository, each once. A part that matches no file ends the process with a message. */
export function sdkTests(parts) {
  const files = readdirSync(join(root, FOLDER), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(FOLDER, file));
  const found = parts.map((part) => ({
    part,
    files: files.filter((file) => file.slice(FOLDER.length).includes(part)),
  }));
  const missing = found.find((each) => each.files.length === 0);
  if (missing !== undefined) {
    process.stderr.write(`Expected part of the name of a test in ${FOLDER}, got "${missing.part}".\n`);
    process.exit(2);
  }
  return [...new Set(found.flatMap((each) => each.files))];
}
