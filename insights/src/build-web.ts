/**
 * Bundles the page: `index.html`, `app.<hash>.js`, `app.<hash>.css` (with uPlot's) and `favicon.svg`. The size of the script
 * is a promise, so the build fails above it.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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

/** Compressed bytes of the script (our promise: a page that opens at once on a telephone). */
const SCRIPT_GZIP_BYTES_MAX = 45 * 1024;

const webFile = (name: string): string => fileURLToPath(new URL(`./web/${name}`, import.meta.url));

/** @throws ConfigError when the minified script is larger than promised */
export async function buildWeb(options: BuildWebOptions = {}): Promise<BuiltWeb> {
  const outDir = options.outDir ?? fileURLToPath(new URL('../dist/web', import.meta.url));
  const minify = options.minify ?? true;
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });

  const { metafile } = await build({
    entryPoints: [
      { in: webFile('main.tsx'), out: 'app' },
      { in: webFile('style.css'), out: 'app' },
    ],
    entryNames: '[name].[hash]',
    outdir: outDir,
    bundle: true,
    minify,
    sourcemap: minify ? false : 'linked',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    conditions: ['source'],
    metafile: true,
    logLevel: 'warning',
  });
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const script = names.find((name) => name.endsWith('.js')) ?? '';
  const style = names.find((name) => name.endsWith('.css')) ?? '';

  const page = await readFile(webFile('index.html'), 'utf8');
  await writeFile(join(outDir, 'index.html'), page.replace('app.js', script).replace('app.css', style));
  await copyFile(webFile('favicon.svg'), join(outDir, 'favicon.svg'));
  const scriptGzipBytes = gzipSync(await readFile(join(outDir, script)), { level: 9 }).length;
  if (minify && scriptGzipBytes > SCRIPT_GZIP_BYTES_MAX) {
    throw new ConfigError('script_too_large', `Expected at most ${SCRIPT_GZIP_BYTES_MAX} B, got ${scriptGzipBytes} B.`);
  }
  return { outDir, scriptGzipBytes };
}
