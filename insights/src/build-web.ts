/**
 * Bundles the page: `index.html`, `app.<hash>.js`, `app.<hash>.css` (with uPlot's styles) and `favicon.svg`. The build fails
 * when the script is larger than we promise.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ConfigError } from '@dataloaf/core/errors';
import { build } from 'esbuild';

export interface BuildWebOptions {
  /** @default insights/dist/web */
  readonly outDir?: string;
  /** @default true */
  readonly minify?: boolean;
}

export interface BuiltWeb {
  readonly outDir: string;
  readonly scriptGzipBytes: number;
}

/** Size of the script in gzip (our promise: the page opens at once on a phone). */
const SCRIPT_GZIP_BYTES_MAX = 45 * 1024;

const PAGE = 'index.html';

const webFile = (name: string): string => fileURLToPath(new URL(`./web/${name}`, import.meta.url));

/** @throws ConfigError when the minified script is larger than promised */
export async function buildWeb(options: BuildWebOptions = {}): Promise<BuiltWeb> {
  const outDir = options.outDir ?? fileURLToPath(new URL('../dist/web', import.meta.url));
  const minify = options.minify ?? true;
  const newDir = `${outDir}.${randomUUID()}`;
  await mkdir(newDir, { recursive: true });
  try {
    const scriptGzipBytes = await buildInto(newDir, minify);
    await publish(newDir, outDir);
    return { outDir, scriptGzipBytes };
  } finally {
    await rm(newDir, { recursive: true, force: true });
  }
}

async function buildInto(dir: string, minify: boolean): Promise<number> {
  const { metafile } = await build({
    entryPoints: [
      { in: webFile('main.tsx'), out: 'app' },
      { in: webFile('style.css'), out: 'app' },
    ],
    entryNames: '[name].[hash]',
    outdir: dir,
    bundle: true,
    minify,
    sourcemap: minify ? false : 'linked',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    conditions: ['@dataloaf/source'],
    metafile: true,
    logLevel: 'warning',
  });
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const script = names.find((name) => name.endsWith('.js')) ?? '';
  const style = names.find((name) => name.endsWith('.css')) ?? '';

  const page = await readFile(webFile(PAGE), 'utf8');
  await writeFile(join(dir, PAGE), page.replace('app.js', script).replace('app.css', style));
  await copyFile(webFile('favicon.svg'), join(dir, 'favicon.svg'));
  const scriptGzipBytes = gzipSync(await readFile(join(dir, script)), { level: 9 }).length;
  if (minify && scriptGzipBytes > SCRIPT_GZIP_BYTES_MAX) {
    throw new ConfigError(
      'script_too_large',
      `Expected a script of at most ${SCRIPT_GZIP_BYTES_MAX} bytes in gzip, got ${scriptGzipBytes}.`,
    );
  }
  return scriptGzipBytes;
}

/** Renames file by file, the page last: a server of the folder never serves a page whose files are missing. */
async function publish(newDir: string, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const names = (await readdir(newDir)).filter((name) => name !== PAGE);
  for (const name of [...names, PAGE]) await rename(join(newDir, name), join(outDir, name));
  const stale = (await readdir(outDir)).filter((name) => name !== PAGE && !names.includes(name));
  for (const name of stale) await rm(join(outDir, name), { force: true });
}
