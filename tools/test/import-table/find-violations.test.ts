import { spawnSync } from 'node:child_process';
import { builtinModules } from 'node:module';
import { expect, it } from 'vitest';
import { findViolations } from '../../import-table/find-violations.ts';
import { readFiles } from '../../import-table/read-files.ts';
import { HOST_GLOBALS } from '../../import-table/table.ts';

const tree = await readFiles();

/** What is wrong with a file, which may be a new one, that holds one more line. Files are judged one by one. */
const planted = (path: string, line: string): readonly string[] =>
  findViolations(new Map([[path, `${tree.get(path) ?? ''}\n${line}\n`]]));

it('finds nothing in the tree as it is', () => {
  expect(tree.size).toBeGreaterThan(400);
  expect(findViolations(tree)).toEqual([]);
});

it.each([
  ['core/src/planted.ts', "import { DataLoaf } from '@dataloaf/sdk';", 'core may import nothing of ours.'],
  ['core/src/planted.ts', "import { launch } from '../../sdk/src/index.ts';", 'through its package: @dataloaf/sdk/...'],
  [
    'sdk/src/planted.ts',
    "import { createLog } from '@dataloaf/core/log';",
    'sdk may import only core/api, core/errors',
  ],
  ['sdk/src/planted.ts', "import type { Log } from '@dataloaf/core/log';", 'sdk may import only'],
  ['sdk/bench/planted.ts', "export * from '@dataloaf/infra/deployment';", 'sdk may import only'],
  ['ingest/src/planted.ts', "import { tick } from '@dataloaf/loader/tick';", 'ingest may import only core.'],
  ['merge/src/planted.ts', "import { tick } from '@dataloaf/loader/tick';", 'merge may import only core.'],
  ['loader/src/planted.ts', "import { limits } from '../../core/src/limits.ts';", 'its package: @dataloaf/core/...'],
  ['insights/src/planted.ts', "import { DataLoaf } from '@dataloaf/sdk';", 'insights may import only core.'],
  ['infra/src/planted.ts', "import { Clock } from '@dataloaf/localstack/clock';", 'infra may import only core, tools'],
  [
    'infra/src/planted.ts',
    "const m = await import('@dataloaf/localstack/clock');",
    'infra may import only core, tools',
  ],
  ['infra/src/planted.ts', "import { accept } from '@dataloaf/ingest/accept';", 'infra may import only core, tools'],
  ['tools/bundle/planted.ts', "import { ROUTES } from '@dataloaf/infra/deployment';", 'tools may import only core.'],
  ['infra/bin/planted.mjs', "import '../../localstack/src/run/main.ts';", 'through its package'],
  ['localstack/src/planted.ts', "import '@dataloaf/promises/tools/traffic';", 'Nobody may import promises'],
  ['infra/test/planted.ts', "import '../../promises/tools/traffic.ts';", 'Nobody may import promises'],
])('%s may not hold: %s', (path, line, message) => {
  const [violation = '', ...others] = planted(path, line);

  expect(others).toEqual([]);
  expect(violation).toMatch(new RegExp(`^${path}:\\d+: imports (@dataloaf|\\.\\./\\.\\.)/\\S+\\. `));
  expect(violation).toContain(message);
});

it.each([
  [
    'web',
    "import { start } from '../server/start.ts';",
    'insights/src/web may import only itself and insights/src/query.',
  ],
  [
    'server',
    "import { app } from '../web/app.tsx';",
    'insights/src/server may import only itself and insights/src/query.',
  ],
  ['query', "import type { App } from '../web/app.tsx';", 'insights/src/query may import only itself.'],
])('insights/src/%s may not hold: %s', (room, line, message) => {
  const violations = planted(`insights/src/${room}/planted.ts`, line);

  expect(violations[0]).toContain(message);
});

/** Central decisions: each must say in its header that it is pure, or lie in a pure folder. */
const PURE_FILES = [
  'core/src/values/planted.ts',
  'core/src/warehouse/sql/planted.ts',
  'core/src/firehose/pack-records.ts',
  'core/src/lambda/decide.ts',
  'core/src/warehouse/statement-status.ts',
  'insights/src/query/planted.ts',
  'insights/src/web/words/planted.ts',
  'infra/src/deployment.ts',
  'loader/src/load-statements.ts',
  'loader/src/plan-batch.ts',
  'loader/src/verdict.ts',
  'merge/src/merge-statements.ts',
  'sdk/src/delivery/batcher.ts',
  'sdk/src/delivery/verdict.ts',
];

it.each([
  ['const now = Date.now();', 'uses Date.now. In pure code, pass the time in.'],
  ['const now = new Date();', 'uses new Date(). In pure code, pass the time in.'],
  ['const at = performance.now();', 'uses performance.now. In pure code, pass the time in.'],
  ['const chance = Math.random();', 'uses Math.random. In pure code, pass the value in.'],
  ['const id = crypto.randomUUID();', 'uses randomUUID. In pure code, pass the value in.'],
  ["const home = process.env['HOME'];", 'uses process.env. In pure code, read the environment in env.ts'],
  ['setTimeout(() => undefined, 1);', 'uses setTimeout. In pure code, let the caller wait.'],
  ["await fetch('http://127.0.0.1');", 'uses fetch(. In pure code, return a value'],
  ["import { S3Client } from '@aws-sdk/client-s3';", 'imports @aws-sdk/client-s3. Pure code may import only'],
  ["import { pino } from 'pino';", 'imports pino. Pure code may import only'],
  ["import { readFileSync } from 'node:fs';", 'imports node:fs. Pure code may import only'],
  ["import { request } from 'node:http';", 'imports node:http. Pure code may import only'],
  ["import { connect } from 'node:net';", 'imports node:net. Pure code may import only'],
  ["import { spawn } from 'node:child_process';", 'imports node:child_process. Pure code may import only'],
  ["import { setTimeout as pause } from 'node:timers/promises';", 'imports node:timers/promises. Pure code'],
])('no pure file may hold: %s', (line, message) => {
  for (const path of PURE_FILES) {
    const violations = planted(path, line);

    expect(violations[0], path).toMatch(new RegExp(`^${path}:\\d+: `));
    expect(violations[0]).toContain(message);
  }
});

it('names a pure file that reaches a clock or a logger through another file', () => {
  const limits = `${tree.get('core/src/limits.ts')}\nexport const STARTED_AT = Date.now();`;

  const clock = findViolations(new Map([...tree, ['core/src/limits.ts', limits]]));
  const logger = planted('insights/src/query/planted.ts', "import type { Log } from '@dataloaf/core/log';");

  expect(clock[0]).toMatch(/^core\/src\/limits\.ts:\d+: uses Date\.now\. .* is pure and imports this file\.$/);
  expect(logger[0]).toContain('imports @dataloaf/core/log. Pure code may import only');
});

it('lets a pure file name the type of a response, and a pure folder no type of a client', () => {
  const line = "import type { S3Client } from '@aws-sdk/client-s3';";

  expect(planted('loader/src/plan-batch.ts', line)).toEqual([]);
  expect(planted('core/src/values/planted.ts', line)[0]).toContain('imports @aws-sdk/client-s3. Pure code may import');
});

it('lets pure code compute with a time that it is given, and lets tests and edges use clocks', () => {
  const allowed = [
    planted('insights/src/query/planted.ts', 'const next = new Date(Date.UTC(2026, 0, 1) + Date.parse(text));'),
    planted('insights/src/query/planted.ts', "import type { Statement } from '@dataloaf/core/warehouse/warehouse';"),
    planted('insights/src/query/planted.ts', "// Date.now() is for the caller.\nconst text = 'Math.random()';"),
    planted('insights/test/planted.ts', "import { S3Client } from '@aws-sdk/client-s3';\nDate.now();"),
    planted('insights/src/server/planted.ts', 'const now = Date.now();'),
    planted('infra/test/planted.ts', "import { until } from '../../localstack/test/tools/until.ts';"),
  ];

  expect(allowed.flat()).toEqual([]);
});

it.each([
  ["const body = Buffer.from('x');", 'uses the global Buffer. Import it from its module of Node.'],
  ['const controller = new AbortController();', 'uses the global AbortController.'],
  ['const sent = (signal: AbortSignal): void => undefined;', 'uses the global AbortSignal.'],
  ["const here = new URL('http://127.0.0.1');", 'uses the global URL.'],
  ["const bytes = new TextEncoder().encode('x');", 'uses the global TextEncoder.'],
  ["process.once('exit', () => undefined);", 'uses the global process.'],
  ['queueMicrotask(() => undefined);', 'uses the global queueMicrotask.'],
  ['const all = globalThis;', 'uses the global globalThis.'],
  ['const timer = setTimeout(() => undefined, 1);', 'uses setTimeout. Use the one of sdk/src/runtime.ts'],
  [
    "import { setTimeout as pause } from 'node:timers/promises';",
    'imports node:timers/promises. Use sdk/src/runtime.ts.',
  ],
  ['const at = performance.now();', 'uses performance.now. Use runtime.elapsed()'],
  ['const at = new Date(1);', 'uses new Date. Use RealDate'],
  ["const at = Date.parse('2026-01-01');", 'uses Date.parse. Use RealDate'],
  ['const known = error instanceof Error;', 'uses instanceof Error. Judge by shape'],
  ['const dated = value instanceof Date;', 'uses instanceof Date.'],
  ['const bytes = value instanceof Uint8Array;', 'uses instanceof Uint8Array.'],
])('nothing that the published SDK loads may hold: %s', (line, message) => {
  for (const path of ['sdk/src/client/pipeline.ts', 'sdk/src/planted.ts']) {
    expect(planted(path, line).join('\n'), path).toContain(message);
  }
});

it('holds the files of core that the published SDK loads to the same', () => {
  const ids = `${tree.get('core/src/ids.ts')}\nconst known = error instanceof Error;\n`;

  const violations = findViolations(new Map([...tree, ['core/src/ids.ts', ids]]));

  expect(violations).toEqual([
    expect.stringMatching(/^core\/src\/ids\.ts:\d+: uses instanceof Error\..* imports this file\.$/),
  ]);
});

it('lets the SDK import from Node what it may not take from the globals, and name members and fields like them', () => {
  const lines = [
    "import { Buffer } from 'node:buffer';\nconst empty = Buffer.alloc(0);",
    "import { URL } from 'node:url';\nconst url = new URL('http://127.0.0.1');",
    'const mine = error instanceof SendError;',
    'const timer = runtime.setTimeout(() => undefined, 1);',
    'const fields = { process: 1, readonly: 2 };\nthis.#crypto = fields.process;',
    'const at = new RealDate(runtime.now());\nconst when = (date: Date): string => String(date);',
  ];

  expect(lines.flatMap((line) => findViolations(new Map([['sdk/src/planted.ts', line]])))).toEqual([]);
});

it('knows every global that this Node adds to JavaScript', () => {
  const program =
    "const own = new Set(require('node:vm').runInNewContext('Object.getOwnPropertyNames(globalThis)'));" +
    'console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => !own.has(name))))';
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  const names: readonly string[] = JSON.parse(stdout);

  const ofModules = [...builtinModules, '__dirname', '__filename', 'exports', 'module', 'require'];

  const unknown = names.filter((name) => ![...HOST_GLOBALS, ...ofModules].includes(name));
  expect(unknown).toEqual([]);
  expect(names.length).toBeGreaterThan(60);
});
