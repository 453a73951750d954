import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltWeb, buildWeb } from '../src/build-web.ts';

let outDir = '';
let built: BuiltWeb;
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'insights-web-'));
  built = await buildWeb({ outDir });
});
afterAll(() => rm(outDir, { recursive: true }));

describe('buildWeb', () => {
  it('names script and style by their content', async () => {
    const names = (await readdir(outDir)).map((name) => name.replace(/\.[A-Z0-9]{8}\./, '.<hash>.'));

    expect([...new Set(names)].toSorted()).toEqual([
      'app.<hash>.css',
      'app.<hash>.js',
      'chunk.<hash>.js',
      'details.<hash>.js',
      'favicon.svg',
      'filter-editor.<hash>.js',
      'index.html',
      'plot.<hash>.js',
    ]);
  });

  it('loads what is not needed for the first number as a chunk of at most 15 KB', async () => {
    const chunks = (await readdir(outDir)).filter((name) => name.endsWith('.js') && !/^(?:app|plot)\./.test(name));

    for (const name of chunks) {
      expect(gzipSync(await readFile(join(outDir, name))).length, name).toBeLessThan(15 * 1024);
    }
  });

  it('loads less before the first number than before the first chart', () => {
    expect(built.sizes.app).toBeLessThan(built.sizes.chart);
  });

  it('makes a page without inline script or style, which the policy would refuse', async () => {
    const page = await readFile(join(outDir, 'index.html'), 'utf8');

    expect(page).toMatch(/src="\/app\.[A-Z0-9]{8}\.js"/);
    expect(page).toMatch(/href="\/app\.[A-Z0-9]{8}\.css"/);
    expect(page).toMatch(/rel="modulepreload" href="\/plot\.[A-Z0-9]{8}\.js"/);
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
  });
});
