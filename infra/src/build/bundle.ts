/**
 * Bundles everything that is deployed. The local stack runs the same files. A bundle contains all of its dependencies, the
 * AWS clients included, so that the tested version is the one that runs.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { buildWeb } from '@dataloaf/insights/build-web';
import { bundleFile } from '@dataloaf/tools/bundle/bundle-file';
import type { Deployment, FunctionName } from '../deployment.ts';

export interface Bundles {
  /** Each function's file, which exports `handler`. */
  readonly functions: Readonly<Record<FunctionName, string>>;
  /** The server of Insights, and the folder of its page. */
  readonly insights: { readonly server: string; readonly web: string };
  /** First 12 characters of the SHA-256 over all functions; identifies the version that runs. */
  readonly version: string;
}

/** CommonJS packages inside an ES module still call `require` for Node's built-in modules. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** `root` is the root of the repository. esbuild keeps running: call `stopBundler` after the last bundle. */
export async function bundleAll(root: string, deployment: Deployment): Promise<Bundles> {
  const outputs = deployment.functions.map((spec) => ({
    name: spec.name,
    entry: join(root, spec.entry),
    file: join(root, dirname(dirname(spec.entry)), 'dist', `${spec.name}.mjs`),
  }));
  const server = join(root, 'insights/dist/server.mjs');
  const web = join(root, 'insights/dist/web');
  const [hashes] = await Promise.all([
    Promise.all(outputs.map(({ entry, file }) => bundleModule(root, { entry, file }))),
    bundleModule(root, { entry: join(root, deployment.insights.entry), file: server }),
    buildWeb({ outDir: web, minify: true }),
  ]);
  const functions = Object.fromEntries(outputs.map(({ name, file }) => [name, file]));
  const version = createHash('sha256').update(hashes.join()).digest('hex').slice(0, 12);
  return { functions: functions as Bundles['functions'], insights: { server, web }, version };
}

/** Writes one ES module with all of its dependencies. @returns the hash of its text */
async function bundleModule(root: string, { entry, file }: { entry: string; file: string }): Promise<string> {
  const contents = await bundleFile(root, file, {
    entryPoints: [entry],
    format: 'esm',
    banner: { js: REQUIRE_BANNER },
  });
  return createHash('sha256').update(contents).digest('hex');
}
