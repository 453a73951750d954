/**
 * The code of the published SDK, for both module systems. p-retry is an ES module only, so the CommonJS form carries it
 * inside, and the licences of what it carries lie beside it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFile, writeIfChanged } from './bundle-file.ts';

/** esbuild heads each file that it takes in with its path from the root. */
const CARRIED = /^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm;

/** `root` is the root of the repository. */
export async function bundleSdk(root: string): Promise<void> {
  const entryPoints = [join(root, 'sdk/src/index.ts')];
  const [, commonJs] = await Promise.all([
    bundleFile(root, join(root, 'sdk/dist/index.mjs'), { entryPoints, format: 'esm', external: ['p-retry', 'pino'] }),
    bundleFile(root, join(root, 'sdk/dist/index.cjs'), { entryPoints, format: 'cjs', external: ['pino'] }),
  ]);
  const names = new Set(Array.from(Buffer.from(commonJs).toString().matchAll(CARRIED), ([, name = '']) => name));
  const texts = await Promise.all([...names].sort().map((name) => readLicence(root, name)));
  await writeIfChanged(join(root, 'sdk/dist/index.cjs.LICENSE.txt'), Buffer.from(texts.join('\n')));
}

async function readLicence(root: string, name: string): Promise<string> {
  const folder = join(root, 'node_modules', name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry)) ?? 'license';
  return `${name}\n\n${await readFile(join(folder, file), 'utf8')}`;
}
