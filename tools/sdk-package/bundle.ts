/**
 * Bundles the code of the published SDK for both module systems. p-retry is an ES module only, so the CommonJS bundle
 * contains it, with its licences in a file beside the bundle.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { bundleFile, writeIfChanged } from '../bundle/bundle-file.ts';

/**
 * The package contains its code twice and may be 300 KB, which takes short names. Short lines keep stack traces useful;
 * names of exported classes and of errors are written out in the code.
 */
const COMPACT: BuildOptions = { minify: true, lineLimit: 120 };

/** `root` is the root of the repository. */
export async function bundleSdk(root: string): Promise<void> {
  const shared: BuildOptions = { ...COMPACT, entryPoints: [join(root, 'sdk/src/index.ts')] };
  await Promise.all([
    bundleFile(root, join(root, 'sdk/dist/index.mjs'), { ...shared, format: 'esm', external: ['p-retry'] }),
    bundleFile(root, join(root, 'sdk/dist/index.cjs'), {
      ...shared,
      format: 'cjs',
      inject: [join(root, 'tools/sdk-package/host-globals.ts')],
    }),
  ]);
  const licences = await readLicences(root, 'p-retry');
  await writeIfChanged(join(root, 'sdk/dist/index.cjs.LICENSE.txt'), Buffer.from(licences.join('\n')));
}

/** The licences of a package and of all its dependencies. */
async function readLicences(root: string, name: string): Promise<readonly string[]> {
  const folder = join(root, 'node_modules', name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry)) ?? 'license';
  const text = `${name}\n\n${await readFile(join(folder, file), 'utf8')}`;
  const manifest: { readonly dependencies?: object } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const others = await Promise.all(Object.keys(manifest.dependencies ?? {}).map((other) => readLicences(root, other)));
  return [text, ...others.flat()];
}
