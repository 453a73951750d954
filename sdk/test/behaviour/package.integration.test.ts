import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, type Manifest, manifestsBelow, type PackedSdk, packSdk, ROOT } from '../tools/packed-sdk.ts';
import { runCommand } from '../tools/run-command.ts';
import { type RunningExample, startExample } from '../tools/run-example.ts';
import { replacing, STRANGE_GLOBALS } from '../tools/strange-globals.ts';
import { anApi, KEY, until } from '../tools/test-client.ts';

/** What a registry shows as "unpacked size", in its kilobytes. */
const UNPACKED_BYTES_MAX = 300_000;

const EXAMPLES = fs.readdirSync(path.join(ROOT, 'sdk/examples')).sort();

let sdk: PackedSdk;
beforeAll(async () => {
  sdk = await packSdk();
});
afterAll(() => sdk?.remove());

const read = (file: string): string =>
  fs.readFileSync(path.join(sdk.consumer, 'node_modules/@dataloaf/sdk', file), 'utf8');
const write = (name: string, text: string): void => fs.writeFileSync(path.join(sdk.consumer, name), text);

const LOADS = {
  import: { file: 'main.mjs', line: "import { ConfigError, DataLoaf } from '@dataloaf/sdk';" },
  require: { file: 'main.cjs', line: "const { ConfigError, DataLoaf } = require('@dataloaf/sdk');" },
};

const PROGRAM = `
try {
  new DataLoaf({ flushAtt: 1 });
} catch (error) {
  console.log(error instanceof ConfigError, error.constructor.name, DataLoaf.name, error.message.includes('flushAtt'));
}
const client = new DataLoaf();
client.createEvent({ id: 'packed-1', name: 'order_completed', userId: 'u1', attributes: { total: 1 } });
client.shutdown().then((result) => console.log(JSON.stringify(result)));
`;

/** Dates, attributes and the errors of the disk come from another realm than the package. */
const REALM = `
const vm = require('node:vm');
const fs = require('node:fs');
const context = vm.createContext({});
vm.runInContext(process.env.STRANGE, context);
const file = require.resolve('@dataloaf/sdk');
const load = vm.runInContext('(function (exports, require, module) {' + fs.readFileSync(file, 'utf8') + '\\n})', context);
const loaded = { exports: {} };
load(loaded.exports, require, loaded);
const { DataLoaf } = loaded.exports;
const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
(async () => {
  const changes = [];
  const bad = new DataLoaf({ dir: 'package.json/below', logger, onDegraded: (change) => changes.push(change) });
  const client = new DataLoaf({ dir: 'realm-' + process.pid });
  const timestamp = new Date('2026-01-01T00:00:00Z');
  const captured = client.createEvent({ id: 'dated', name: 'paid', userId: 'u1', timestamp, attributes: { at: new Date(0) } });
  const where = await captured.persisted;
  const { persisted } = bad.createEvent({ name: 'paid', userId: 'u1' });
  await persisted;
  console.log(where, changes[0].code);
  await client.flush();
  client.createEvent({ id: 'late', name: 'paid', userId: 'u1' });
  console.log(JSON.stringify(await client.shutdown()));
  process.exit();
})();
`;

describe(`the packed package on Node ${process.versions.node}`, () => {
  it.each(Object.entries(LOADS))('delivers an event when a program loads it with %s', async (_how, load) => {
    const api = await anApi();
    write(load.file, `${load.line}\n${PROGRAM}`);

    const env = { DATALOAF_ENDPOINT: api.endpoint, DATALOAF_SERVER_KEY: KEY };
    const { code, output } = await runCommand(process.execPath, [load.file], { cwd: sdk.consumer, env });

    expect(output.split('\n')).toEqual([
      'true ConfigError DataLoaf true',
      JSON.stringify({ delivered: 1, persisted: 0, dropped: 0, pendingBytes: 0 }),
      '',
    ]);
    expect(code).toBe(0);
    expect(api.accepted.map((item) => item.event_id)).toEqual(['packed-1']);
  });

  it.each([
    ['with nothing in it but JavaScript', ''],
    ...Object.entries(STRANGE_GLOBALS).map(([name, code]) => [`with globals of ${name}`, replacing(code)]),
  ])('works in a realm of its own %s, as a test runner makes it', async (_, strange) => {
    const api = await anApi();
    write('realm.cjs', REALM);

    const env = { STRANGE: strange, DATALOAF_ENDPOINT: api.endpoint, DATALOAF_SERVER_KEY: KEY };
    const { code, output } = await runCommand(process.execPath, ['realm.cjs'], { cwd: sdk.consumer, env });

    const ended = { delivered: 2, persisted: 0, dropped: 0, pendingBytes: 0 };
    expect(output.split('\n')).toEqual(['disk ENOTDIR', JSON.stringify(ended), '']);
    expect(code).toBe(0);
    expect(api.accepted).toMatchObject([
      {
        event_id: 'dated',
        event_created: '2026-01-01T00:00:00.000Z',
        event_attributes: { at: '1970-01-01T00:00:00.000Z' },
      },
      { event_id: 'late' },
    ]);
  });

  it('keeps the names of its errors in a bundle that is minified', async () => {
    const program = [
      "import { DataLoaf } from '@dataloaf/sdk';",
      "const onError = ({ name }) => process.stdout.write(name + ' ');",
      "const endpoint = 'http://127.0.0.1:9';",
      "const client = new DataLoaf({ endpoint, serverKey: 'dl_s_x', durability: 'memory', onError, onDrop: () => {} });",
      "client.createEvent({ name: 'seen', userId: 'u1' });",
      'await client.shutdown({ timeout: 200 });',
      'try { new DataLoaf({ flushAtt: 1 }); } catch ({ name }) { process.stdout.write(name); }',
    ];
    write('names.mjs', program.join('\n'));
    const esbuild = path.join(ROOT, 'node_modules/.bin/esbuild');
    const bundle = ['names.mjs', '--bundle', '--minify', '--platform=node', '--format=esm', '--outfile=minified.mjs'];
    const external = ['--external:p-retry'];
    await runCommand(esbuild, [...bundle, ...external], { cwd: sdk.consumer });

    const { output } = await runCommand(process.execPath, ['minified.mjs'], { cwd: sdk.consumer });

    expect(output).toMatch(/(?:^|\n)(?:SendError )+.*ConfigError/s);
  });

  it('contains the files that a user needs, and no sources', () => {
    expect(sdk.files).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/index.cjs',
      'dist/index.cjs.LICENSE.txt',
      'dist/index.d.cts',
      'dist/index.d.mts',
      'dist/index.mjs',
      ...EXAMPLES.map((name) => `examples/${name}`),
      'package.json',
    ]);
    expect(read('LICENSE')).toBe(fs.readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'));
    expect(read('dist/index.cjs.LICENSE.txt')).toMatch(
      /^p-retry\n[\s\S]*\nis-network-error\n[\s\S]*Permission is hereby granted/,
    );
  });

  it('takes at most 300 KB', () => {
    expect(sdk.unpackedBytes).toBeLessThanOrEqual(UNPACKED_BYTES_MAX);
  });

  it('depends on p-retry alone, and installs nothing that runs a script or is native', () => {
    const manifest: Manifest = JSON.parse(read('package.json'));
    const scripts = manifestsBelow(sdk.consumer).flatMap((one) =>
      Object.keys(one.scripts ?? {}).map((name) => `${one.name} ${name}`),
    );

    expect(Object.keys(manifest.dependencies ?? {}).sort()).toEqual(['p-retry']);
    expect(scripts.filter((name) => / (?:pre|post)?install$/.test(name))).toEqual([]);
    expect(filesBelow(sdk.consumer).filter((file) => /\.node$|binding\.gyp$/.test(file))).toEqual([]);
  });

  it('imports nothing but Node and p-retry', () => {
    const wanted = (file: string): string[] =>
      [...read(file).matchAll(/\b(?:from|import|require)\b\s*\(?\s*["']([^"']+)["']/g)]
        .map(([, name = '']) => name)
        .filter((name) => !name.startsWith('node:'));

    expect(wanted('dist/index.mjs')).toEqual(['p-retry']);
    expect(wanted('dist/index.cjs')).toEqual([]);
    expect(wanted('dist/index.d.mts')).toEqual([]);
  });
});

describe('the examples in the packed package', () => {
  const untilItEnds = async (): Promise<void> => undefined;
  const CASES: Readonly<Record<string, ExampleCase>> = {
    'first-event.mjs': { use: untilItEnds, paths: ['/v1/events', '/v1/users', '/v1/users'], printed: /delivered: 3/ },
    'import.mjs': { use: untilItEnds, paths: Array(100_000).fill('/v1/events'), printed: /delivered: 100000/ },
    'persisted.mjs': { use: untilItEnds, paths: ['/v1/events', '/v1/users'], printed: /^[0-9a-f-]{36} disk$/m },
    'server.mjs': { args: ['0'], use: visitAndStop, paths: ['/v1/events'], printed: /delivered: 1/ },
  };

  it('are all run here', () => {
    expect(Object.keys(CASES)).toEqual(EXAMPLES);
  });

  it.each(Object.entries(CASES))('%s ends by itself, and its captured items arrive', async (name, example) => {
    const api = await anApi();

    const running = startExample(sdk.consumer, name, { api, args: example.args ?? [] });
    await example.use(running);
    const code = await running.ended;

    expect([code, running.output()]).toEqual([0, expect.stringMatching(example.printed)]);
    const paths = api.requests.flatMap((request) => request.items.map(() => request.path));
    expect(paths.sort()).toEqual(example.paths);
    expect(api.accepted).toHaveLength(example.paths.length);
  });
});

describe('the types of the packed package', () => {
  it('are found by every way of resolving modules', async () => {
    const attw = path.join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');

    const { code, output } = await runCommand(process.execPath, [attw, sdk.tarball, '--no-color'], { cwd: ROOT });

    expect(output).toContain('No problems found');
    expect(code).toBe(0);
  });

  it.each(['mts', 'cts'])('let a program in .%s compile, and refuse a wrong event name in it', async (extension) => {
    write(`good.${extension}`, typedProgram('order_completed'));
    write(`wrong.${extension}`, typedProgram('order_complete'));

    const good = await compile(`good.${extension}`);
    const wrong = await compile(`wrong.${extension}`);

    expect(good).toEqual({ code: 0, output: '' });
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toMatch(/Type '"order_complete"' is not assignable to type '"order_completed"/);
  });
});

function typedProgram(name: string): string {
  return `
import https from 'node:https';
import { type Captured, ConfigError, DataLoaf, type DataLoafOptions } from '@dataloaf/sdk';

interface Events {
  readonly order_completed: { readonly total: number };
  readonly page_viewed: { readonly path?: string };
}
const options: DataLoafOptions<Events> = { disabled: true, logger: console, agent: new https.Agent(), sampling: { page_viewed: 0.5 } };
const client = new DataLoaf<Events>(options);
const captured: Captured = client.createEvent({ name: '${name}', userId: 'u1', attributes: { total: 1 } });
captured.persisted.then((where: 'disk' | 'memory' | 'dropped') => console.log(where, ConfigError.name));
`;
}

/** Our own compiler, with nothing of our settings; declarations are checked too. */
function compile(file: string) {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const settings = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--noEmit', '--pretty', 'false'];
  const types = ['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types')];
  return runCommand(process.execPath, [tsc, ...settings, ...types, file], { cwd: sdk.consumer });
}

interface ExampleCase {
  readonly args?: readonly string[];
  readonly use: (running: RunningExample) => Promise<void>;
  /** Where each item went, sorted. */
  readonly paths: readonly string[];
  readonly printed: RegExp;
}

async function visitAndStop({ child, output }: RunningExample): Promise<void> {
  await until(() => output().includes('\n'));
  await fetch(`${output().trim()}/shop`);
  child.kill('SIGTERM');
}
