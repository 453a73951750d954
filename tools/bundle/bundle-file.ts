/**
 * Makes one bundle with esbuild. An unchanged file is not written, and a changed one is replaced atomically, so a second
 * stack in the same clone never reads half a file.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BuildOptions, build, version as esbuildVersion, stop } from 'esbuild';
import { readUnchanged, stampBundle } from './bundle-stamp.ts';

/** Lambdas deploy on Node 24 and are tested on the oldest supported line. */
const TARGET = 'node20.19';

const SHARED: BuildOptions = {
  bundle: true,
  write: false,
  platform: 'node',
  target: TARGET,
  conditions: ['@dataloaf/source'],
  logLevel: 'warning',
  legalComments: 'none',
};

/** Files that esbuild reads and does not list among its inputs. */
const UNLISTED_INPUTS = ['package-lock.json', 'tsconfig.json'];

/** Makes `file`, unless it exists and nothing has changed, and returns its contents. */
export async function bundleFile(root: string, file: string, options: BuildOptions): Promise<Uint8Array> {
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

/** Ends esbuild's service process, which would keep 250 MB. Call it after the last bundle. */
export const stopBundler = (): Promise<void> => stop();

export async function writeIfChanged(file: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(file).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
}
