/**
 * Bundles the page: `index.html`, `app.<hash>.js`, a chunk for the chart (uPlot) that loads beside the first answer,
 * `app.<hash>.css` and `favicon.svg`. The build fails when one of them is larger than we promise.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ConfigError } from '@dataloaf/core/errors';
import { build, type Metafile } from 'esbuild';

export interface BuildWebOptions {
  /** @default insights/dist/web */
  readonly outDir?: string;
  /** @default true */
  readonly minify?: boolean;
}

/** Bytes in gzip. */
export interface WebSizes {
  /** The script before the first number. */
  readonly app: number;
  /** The scripts before the first chart. */
  readonly chart: number;
  readonly style: number;
}

export interface BuiltWeb {
  readonly outDir: string;
  readonly sizes: WebSizes;
}

/** Bytes in gzip (our promise: the page opens at once on a phone). */
const SIZES_MAX: WebSizes = { app: 30 * 1024, chart: 54 * 1024, style: 8 * 1024 };

const PAGE = 'index.html';

const webFile = (name: string): string => fileURLToPath(new URL(`./web/${name}`, import.meta.url));

/** @throws ConfigError when a minified file is larger than promised */
export async function buildWeb(options: BuildWebOptions = {}): Promise<BuiltWeb> {
  const outDir = options.outDir ?? fileURLToPath(new URL('../dist/web', import.meta.url));
  const minify = options.minify ?? true;
  const newDir = `${outDir}.${randomUUID()}`;
  await mkdir(newDir, { recursive: true });
  try {
    const sizes = await buildInto(newDir, minify);
    await publish(newDir, outDir);
    return { outDir, sizes };
  } finally {
    await rm(newDir, { recursive: true, force: true });
  }
}

async function buildInto(dir: string, minify: boolean): Promise<WebSizes> {
  const { metafile } = await build({
    entryPoints: [
      { in: webFile('main.tsx'), out: 'app' },
      { in: webFile('style.css'), out: 'app' },
    ],
    entryNames: '[name].[hash]',
    chunkNames: '[name].[hash]',
    outdir: dir,
    bundle: true,
    splitting: true,
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
  const files = filesOf(metafile);
  const page = await readFile(webFile(PAGE), 'utf8');
  const preloads = [...files.app.slice(1), ...files.chart]
    .map((name) => `<link rel="modulepreload" href="/${name}" />`)
    .join('\n    ');
  await writeFile(
    join(dir, PAGE),
    page
      .replace('<!-- preloads -->', preloads)
      .replace('app.js', files.app[0] ?? '')
      .replace('app.css', files.style),
  );
  await copyFile(webFile('favicon.svg'), join(dir, 'favicon.svg'));
  const bytesOf = async (names: readonly string[]): Promise<number> =>
    (await Promise.all(names.map((name) => gzipBytes(join(dir, name))))).reduce((sum, bytes) => sum + bytes, 0);
  const app = await bytesOf(files.app);
  const sizes = { app, chart: app + (await bytesOf(files.chart)), style: await bytesOf([files.style]) };
  if (minify) assertSmall(sizes);
  return sizes;
}

const gzipBytes = async (path: string): Promise<number> => gzipSync(await readFile(path), { level: 9 }).length;

interface WebFiles {
  /** The script of the page, and what it imports before it runs. */
  readonly app: readonly string[];
  /** What the chart loads beyond that. */
  readonly chart: readonly string[];
  readonly style: string;
}

function filesOf({ outputs }: Metafile): WebFiles {
  const startingWith = (source: string): string =>
    Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith(source) === true) ?? '';
  const closure = (path: string): readonly string[] => [
    path,
    ...(outputs[path]?.imports ?? [])
      .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
      .flatMap((imported) => closure(imported.path)),
  ];
  const app = [...new Set(closure(startingWith('main.tsx')))];
  const chart = [...new Set(closure(startingWith('plot.ts')))].filter((path) => !app.includes(path));
  const style = Object.keys(outputs).find((path) => path.endsWith('.css')) ?? '';
  return { app: app.map((path) => basename(path)), chart: chart.map((path) => basename(path)), style: basename(style) };
}

function assertSmall(sizes: WebSizes): void {
  for (const [name, max] of Object.entries(SIZES_MAX)) {
    const bytes = sizes[name as keyof WebSizes];
    if (bytes <= max) continue;
    throw new ConfigError('page_too_large', `Expected at most ${max} bytes of ${name} in gzip, got ${bytes}.`);
  }
}

/** Renames file by file, the page last: a server of the folder never serves a page whose files are missing. */
async function publish(newDir: string, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const names = (await readdir(newDir)).filter((name) => name !== PAGE);
  for (const name of [...names, PAGE]) await rename(join(newDir, name), join(outDir, name));
  const stale = (await readdir(outDir)).filter((name) => name !== PAGE && !names.includes(name));
  for (const name of stale) await rm(join(outDir, name), { force: true });
}
