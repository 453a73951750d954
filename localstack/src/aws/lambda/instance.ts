/**
 * One instance of a function: a worker thread with the deployed bundle and its own environment.
 * starting -> idle <-> busy -> dead. A crash, a timeout or `kill` ends it; a dead instance is never used again.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FunctionSpec } from '@dataloaf/infra/deployment';

export interface LambdaInstanceOptions {
  readonly spec: FunctionSpec;
  /** The ESM bundle that exports `handler`. */
  readonly bundle: string;
  /** Every environment variable of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's log output is also appended to this file. */
  readonly logFile: string | undefined;
}

/** `payload` and the event are JSON. */
export type RunResult =
  | { readonly kind: 'answer'; readonly payload: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly message: string };

/** AWS allows 10 s for the import of the bundle; a busy laptop needs more. */
const START_MS_MAX = 30_000;

export class LambdaInstance {
  readonly #spec: FunctionSpec;
  readonly #worker: Worker;
  readonly #ready: Promise<RunResult | undefined>;
  #settle: ((result: RunResult) => void) | undefined;
  #isDead = false;

  constructor(options: LambdaInstanceOptions) {
    this.#spec = options.spec;
    this.#worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      name: `lambda ${options.spec.name}`,
      workerData: { bundle: pathToFileURL(options.bundle).href, logFile: options.logFile },
      env: { ...options.environment },
      // Without the parent's loaders: the function runs the bundle as Lambda does.
      execArgv: ['--enable-source-maps'],
      resourceLimits: { maxOldGenerationSizeMb: options.spec.memoryMb },
      stdout: true,
      stderr: true,
    });
    for (const output of [this.#worker.stdout, this.#worker.stderr]) {
      output.on('data', (chunk: Buffer) => {
        process.stderr.write(chunk);
        if (options.logFile !== undefined) appendFileSync(options.logFile, chunk);
      });
    }
    this.#ready = this.#whenReady();
    this.#worker.on('message', (message: RunResult | { readonly kind: 'ready' }) => {
      if (message.kind !== 'ready') this.#end(message);
    });
    this.#worker.on('error', (error) => this.#die({ kind: 'error', errorType: error.name, message: error.message }));
    this.#worker.on('exit', (code) => this.#die(exited(code)));
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Resolves to the failure when the bundle could not be imported. */
  ready(): Promise<RunResult | undefined> {
    return this.#ready;
  }

  /** One at a time. `event` is JSON. Never rejects. */
  async run(event: string): Promise<RunResult> {
    const failure = await this.#ready;
    if (failure !== undefined) return failure;
    if (this.#isDead) return exited(0);
    const timeoutMs = this.#spec.timeoutSeconds * 1_000;
    return new Promise<RunResult>((resolve) => {
      const timer = setTimeout(() => this.#die(timedOut(this.#spec.timeoutSeconds)), timeoutMs);
      this.#settle = (settled) => {
        clearTimeout(timer);
        resolve(settled);
      };
      this.#worker.postMessage({ event, context: { timeoutMs, fields: contextOf(this.#spec) } });
    });
  }

  /** Ends the thread at once, even in the middle of a run. */
  async kill(): Promise<void> {
    this.#die({ kind: 'error', errorType: 'Runtime.ExitError', message: 'The instance was stopped.' });
    await this.#worker.terminate();
  }

  #whenReady(): Promise<RunResult | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#die(timedOut(START_MS_MAX / 1_000)), START_MS_MAX);
      const settle = (result: RunResult | undefined): void => {
        clearTimeout(timer);
        resolve(result);
      };
      this.#settle = settle;
      this.#worker.once('message', () => settle(undefined));
    });
  }

  #end(result: RunResult): void {
    this.#settle?.(result);
    this.#settle = undefined;
  }

  #die(result: RunResult): void {
    if (this.#isDead) return;
    this.#isDead = true;
    void this.#worker.terminate();
    this.#end(result);
  }
}

const timedOut = (seconds: number): RunResult => ({
  kind: 'error',
  errorType: 'Sandbox.Timedout',
  message: `Task timed out after ${seconds.toFixed(2)} seconds`,
});

const exited = (code: number): RunResult => ({
  kind: 'error',
  errorType: 'Runtime.ExitError',
  message: `Runtime exited with code ${code}`,
});

const contextOf = (spec: FunctionSpec): Readonly<Record<string, string | boolean>> => ({
  functionName: spec.name,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${spec.name}`,
  memoryLimitInMB: String(spec.memoryMb),
  awsRequestId: randomUUID(),
  callbackWaitsForEmptyEventLoop: true,
  logGroupName: `/aws/lambda/${spec.name}`,
  logStreamName: 'local',
});
