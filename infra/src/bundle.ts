/**
 * Bundles what is deployed and what runs locally: the same files. Everything is inside a bundle, the AWS clients too, so
 * that the version which is tested is the one that runs. A file that would not change is left alone: a second stack in
 * the same clone never sees half a file.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildWeb } from '@dataloaf/insights/build-web';
import { type BuildOptions, build, stop } from 'esbuild';
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
    Promise.all(outputs.map(({ entry, file }) => bundleModule(entry, file))),
    bundleModule(join(root, deployment.insights.entry), server),
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
async function bundleModule(entry: string, file: string): Promise<string> {
  const result = await build({ ...SHARED, entryPoints: [entry], format: 'esm', banner: { js: REQUIRE_BANNER } });
  const contents = result.outputFiles?.[0]?.contents ?? new Uint8Array();
  await writeIfChanged(file, contents);
  return createHash('sha256').update(contents).digest('hex');
}

/** The published package: both module systems. p-retry is an ES module only, so the CommonJS form carries it inside. */
async function bundleSdk(root: string): Promise<void> {
  const entryPoints = [join(root, 'sdk/src/index.ts')];
  const [esm, cjs] = await Promise.all([
    build({ ...SHARED, entryPoints, format: 'esm', external: ['p-retry', 'pino'] }),
    build({ ...SHARED, entryPoints, format: 'cjs', external: ['pino'] }),
  ]);
  await writeIfChanged(join(root, 'sdk/dist/index.mjs'), esm.outputFiles?.[0]?.contents ?? new Uint8Array());
  await writeIfChanged(join(root, 'sdk/dist/index.cjs'), cjs.outputFiles?.[0]?.contents ?? new Uint8Array());
}

async function writeIfChanged(file: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(file).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
}
