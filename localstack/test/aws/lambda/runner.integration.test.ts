import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionSpec } from '@dataloaf/infra/deployment';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type InvokeResult, LambdaRunner } from '../../../src/aws/lambda/runner.ts';
import { Faults } from '../../../src/faults.ts';
import { aTemporaryDir } from '../../tools/aws-fixture.ts';

let dir: string;
beforeAll(async () => {
  dir = await aTemporaryDir();
  return () => rm(dir, { recursive: true });
});

const runners: LambdaRunner[] = [];
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
});

interface Setup {
  readonly runner: LambdaRunner;
  readonly faults: Faults;
  readonly logFile: string;
}

let bundles = 0;
/** A runner with one function, `ingest`, whose bundle is `source`. */
async function aRunner(source: string, spec: Partial<FunctionSpec> = {}): Promise<Setup> {
  bundles += 1;
  const bundle = join(dir, `${bundles}.mjs`);
  await writeFile(bundle, source);
  const faults = new Faults();
  const logFile = join(dir, `${bundles}.log`);
  const runner = new LambdaRunner({
    gatewayUrl: 'http://127.0.0.1:4566',
    faults,
    scaleOutMs: 0,
    functions: [
      {
        bundle,
        logFile,
        spec: {
          name: 'ingest',
          deployedName: 'acme-ingest',
          role: 'acme-ingest',
          warehouse: 'none',
          invokes: [],
          entry: 'none',
          timeoutSeconds: 20,
          memoryMb: 128,
          reservedConcurrency: undefined,
          environment: { STREAM: 'acme-events' },
          ...spec,
        },
      },
    ],
  });
  runners.push(runner);
  return { runner, faults, logFile };
}

const payloadOf = (result: InvokeResult): unknown => (result.kind === 'ok' ? result.payload : result);

/** Counts its calls. On request it waits for a message on a channel, so that a test can hold it. */
const HELD = `
const channel = new BroadcastChannel('test');
const opened = new Promise((resolve) => { channel.onmessage = resolve; });
channel.unref();
let calls = 0;
export const handler = async ({ hold }) => { calls += 1; if (hold) await opened; return calls; };
`;

describe('a function', () => {
  it('receives the event and returns its result as JSON, from one warm instance', async () => {
    const { runner } = await aRunner(
      'let calls = 0; export const handler = async (event) => ({ calls: ++calls, event, at: new Date(0), none: undefined });',
    );

    const first = await runner.invoke('ingest', { a: [1, undefined], b: undefined });
    const second = await runner.invoke('ingest', null);

    expect(payloadOf(first)).toEqual({ calls: 1, event: { a: [1, null] }, at: '1970-01-01T00:00:00.000Z' });
    expect(payloadOf(second)).toMatchObject({ calls: 2, event: null });
    expect(runner.status()).toMatchObject([{ name: 'ingest', instances: 1, invocations: 2, inFlight: 0 }]);
  });

  it('sees the environment of the deployment and nothing of ours', async () => {
    process.env['LEAKED'] = 'secret';
    const { runner } = await aRunner('export const handler = async () => process.env;');

    const environment = payloadOf(await runner.invoke('ingest', {}));
    delete process.env['LEAKED'];

    expect(environment).toMatchObject({
      STREAM: 'acme-events',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local.acme-ingest',
      AWS_LAMBDA_FUNCTION_NAME: 'ingest',
    });
    expect(Object.keys(Object(environment)).filter((name) => /LEAKED|PATH|HOME|NODE/.test(name))).toEqual([]);
  });

  it('gets a context with its name and the remaining time', async () => {
    const { runner } = await aRunner(
      'export const handler = async (_, context) => [context.functionName, context.getRemainingTimeInMillis() > 0];',
    );

    expect(payloadOf(await runner.invoke('ingest', {}))).toEqual(['ingest', true]);
  });

  it('logs to its file and never to our standard output', async () => {
    const { runner, logFile } = await aRunner(
      `import { writeSync } from 'node:fs';
       export const handler = async () => { writeSync(1, 'by descriptor\\n'); return 1; };`,
    );

    await runner.invoke('ingest', {});

    expect(await readFile(logFile, 'utf8')).toBe('by descriptor\n');
  });

  it('that throws gives the name and the message of the error, and lives on', async () => {
    const { runner } = await aRunner(
      `let calls = 0;
       export const handler = async () => { calls += 1; if (calls === 1) throw new RangeError('too far'); return calls; };`,
    );

    const failed = await runner.invoke('ingest', {});
    const next = await runner.invoke('ingest', {});

    expect(failed).toEqual({ kind: 'error', errorType: 'RangeError', message: 'too far' });
    expect(payloadOf(next)).toBe(2);
  });

  it.each([
    ['ends its process', 'process.exit(3)'],
    ['throws outside of the handler', "setImmediate(() => { throw new Error('late'); }); await new Promise(() => {})"],
  ])('that %s returns an error and is replaced', async (_, crash) => {
    const { runner } = await aRunner(
      `export const handler = async ({ crash }) => { if (crash) { ${crash} } return 'alive'; };`,
    );

    const failed = await runner.invoke('ingest', { crash: true });
    const next = await runner.invoke('ingest', { crash: false });

    expect(failed.kind).toBe('error');
    expect(payloadOf(next)).toBe('alive');
  });

  it('that takes too long is ended, and is replaced', async () => {
    const { runner } = await aRunner(
      'export const handler = async ({ hang }) => { while (hang) {} return "alive"; };',
      { timeoutSeconds: 1 },
    );

    const failed = await runner.invoke('ingest', { hang: true });
    const next = await runner.invoke('ingest', { hang: false });

    expect(failed).toMatchObject({ kind: 'error', errorType: 'Sandbox.Timedout' });
    expect(payloadOf(next)).toBe('alive');
  });

  it('that cannot be imported returns an error each time', async () => {
    const { runner } = await aRunner('import "./missing.mjs"; export const handler = async () => 1;');

    const results = [await runner.invoke('ingest', {}), await runner.invoke('ingest', {})];

    expect(results.map(({ kind }) => kind)).toEqual(['error', 'error']);
    await expect(runner.warm('ingest')).rejects.toMatchObject({ code: 'function_broken' });
  });

  it('takes and gives at most 6 MB', async () => {
    const { runner } = await aRunner('export const handler = async ({ size }) => "x".repeat(size);');

    const event = await runner.invoke('ingest', 'x'.repeat(6 * 1024 * 1024));
    const answer = await runner.invoke('ingest', { size: 6 * 1024 * 1024 });

    expect(event.kind).toBe('too_large');
    expect(answer).toMatchObject({ kind: 'error', errorType: 'Function.ResponseSizeTooLarge' });
  });

  it('crashes before or after its work when a fault asks for it', async () => {
    const { runner, faults, logFile } = await aRunner(
      `import { writeSync } from 'node:fs';
       export const handler = async (event) => { writeSync(1, event + ' '); };`,
    );
    faults.add([{ kind: 'lambda_crashes', function: 'ingest', times: 1 }]);
    faults.add([{ kind: 'lambda_crashes', function: 'ingest', when: 'after', times: 1 }]);

    const kinds = [];
    for (const event of ['before', 'after', 'alive']) kinds.push((await runner.invoke('ingest', event)).kind);

    expect(kinds).toEqual(['error', 'error', 'ok']);
    expect(await readFile(logFile, 'utf8')).toBe('after alive ');
  });
});

describe('calls at once', () => {
  const release = () => {
    const channel = new BroadcastChannel('test');
    channel.postMessage('go');
    channel.close();
  };

  it('above the reserved concurrency are throttled, and those in turn wait', async () => {
    const { runner } = await aRunner(HELD, { reservedConcurrency: 1 });
    await runner.warm('ingest');

    const first = runner.invoke('ingest', { hold: true });
    const waiting = [runner.invokeInTurn('ingest', {}), runner.invokeInTurn('ingest', {})];
    const refused = await runner.invoke('ingest', {});
    release();

    expect(refused.kind).toBe('throttled');
    expect((await Promise.all([first, ...waiting])).map(payloadOf)).toEqual([1, 2, 3]);
    expect(runner.status()).toMatchObject([{ instances: 1, throttled: 1, inFlight: 0 }]);
  });

  it('get an instance each while there are fewer than the limit', async () => {
    const { runner } = await aRunner(HELD, { reservedConcurrency: 2 });
    await runner.warm('ingest');

    const held = runner.invoke('ingest', { hold: true });
    const other = await runner.invoke('ingest', {});
    const instances = runner.status()[0]?.instances;
    release();

    expect(payloadOf(other)).toBe(1);
    expect(instances).toBe(2);
    expect(payloadOf(await held)).toBe(1);
  });

  it('end with an error when the runner stops', async () => {
    const { runner } = await aRunner(HELD);
    await runner.warm('ingest');
    const held = runner.invoke('ingest', { hold: true });

    await runner.stop();

    expect((await held).kind).toBe('error');
    expect((await runner.invoke('ingest', {})).kind).toBe('error');
  });
});
