/**
 * Bundles what is deployed and what runs locally: the same files. Everything is inside a bundle, the AWS clients too, so
 * that the version which is tested is the one that runs. A file that would not change is left alone: a second stack in
 * the same clone never sees half a file.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildWeb } from '@dataloaf/insights/build-web';
import { type BuildOptions, build, version as esbuildVersion, stop } from 'esbuild';
import { readUnchanged, stampBundle } from './bundle-stamp.ts';
import type { Deployment, FunctionName } from './deployment.ts';

export interface Bundles {
  /** Each function's file, which exports `handler`. */
  readonly functions: Readonly<Record<FunctionName, string>>;
  /** Insights' server, and the folder of its page. */
  readonly insights: { readonly server: string; readonly web: string };
  /** First 12 characters of the SHA-256 over all functions: names the version that runs. */
  readonly version: string;
}

/** Lambdas deploy on Node 24 and are tested on the floor. */
const TARGET = 'node20.19';

const SHARED: BuildOptions = {
  bundle: true,
  write: false,
  platform: 'node',
  target: TARGET,
  conditions: ['source'],
  logLevel: 'warning',
  legalComments: 'none',
};

/** What esbuild goes by and does not name among its inputs. */
const UNLISTED_INPUTS = ['package-lock.json', 'tsconfig.json'];

/** Packages of CommonJS inside an ES module still call `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** `root` is the root of the repository. */
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
    bundleSdk(root),
  ]);
  // Its service process would stay, with a quarter of a gigabyte.
  await stop();
  const functions = Object.fromEntries(outputs.map(({ name, file }) => [name, file]));
  const version = createHash('sha256').update(hashes.join()).digest('hex').slice(0, 12);
  return { functions: functions as Bundles['functions'], insights: { server, web }, version };
}

/** One ES module with all that it needs; answers the hash of its text. */
async function bundleModule(root: string, { entry, file }: { entry: string; file: string }): Promise<string> {
  const contents = await bundle(root, file, { entryPoints: [entry], format: 'esm', banner: { js: REQUIRE_BANNER } });
  return createHash('sha256').update(contents).digest('hex');
}

/** The published package: both module systems. p-retry is an ES module only, so the CommonJS form carries it inside. */
async function bundleSdk(root: string): Promise<void> {
  const entryPoints = [join(root, 'sdk/src/index.ts')];
  await Promise.all([
    bundle(root, join(root, 'sdk/dist/index.mjs'), { entryPoints, format: 'esm', external: ['p-retry', 'pino'] }),
    bundle(root, join(root, 'sdk/dist/index.cjs'), { entryPoints, format: 'cjs', external: ['pino'] }),
  ]);
}

/** Makes `file`, unless it is there and nothing has changed; answers its contents. */
async function bundle(root: string, file: string, options: BuildOptions): Promise<Uint8Array> {
  const all: BuildOptions = { ...SHARED, ...options, absWorkingDir: root, metafile: true };
  const work = { root, file, settings: JSON.stringify([esbuildVersion, all]) };
  const present = await readUnchanged(work);
  if (present !== undefined) return present;
  const startedMs = Date.now();
  const result = await build(all);
  const contents = result.outputFiles?.[0]?.contents ?? new Uint8Array();
  await writeIfChanged(file, contents);
  const inputs = [...Object.keys(result.metafile?.inputs ?? {}), ...UNLISTED_INPUTS];
  await stampBundle(work, { contents, inputs, startedMs });
  return contents;
}

async function writeIfChanged(file: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(file).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
}
