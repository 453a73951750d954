/**
 * Runs the deployed functions. Each function has as many instances as its concurrent calls need, up to its reserved
 * concurrency. A new instance starts only after a call has waited briefly for a busy one, so light traffic keeps a single
 * warm instance. Calls above the limit are throttled, as on AWS, or wait, as asynchronous invocations do.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionSpec } from '@dataloaf/infra/deployment';
import type { Faults } from '../../faults.ts';
import { StackError } from '../../stack-error.ts';
import { accessKeyOf } from '../identities.ts';
import { LambdaInstance, type RunResult } from './instance.ts';

export interface LambdaFunction {
  readonly spec: FunctionSpec;
  /** Path of the ESM bundle that exports `handler(event, context)`. */
  readonly bundle: string;
  /** File that receives a copy of the function's log output. @default none */
  readonly logFile?: string;
}

export interface LambdaOptions {
  readonly functions: readonly LambdaFunction[];
  /** Value of AWS_ENDPOINT_URL in the functions. */
  readonly gatewayUrl: string;
  readonly faults: Faults;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Most instances of a function without reserved concurrency. @default 10 */
  readonly instancesMax?: number;
  /** How long a call waits for a busy instance before another instance starts, in milliseconds. @default 50 */
  readonly scaleOutMs?: number;
}

export type InvokeResult =
  | { readonly kind: 'ok'; readonly payload: unknown }
  /** `errorType` is Lambda's, for example `Sandbox.Timedout`. */
  | { readonly kind: 'error'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'throttled' };

export interface LambdaStatus {
  readonly name: string;
  readonly instances: number;
  readonly inFlight: number;
  readonly invocations: number;
  readonly errors: number;
  readonly throttled: number;
}

/** 6 MB for the event and for the response of a synchronous call (AWS quota, 2026-11). */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
const INSTANCES_MAX = 10;
/** Calls per instance that may be running or waiting, for a function without reserved concurrency. */
const CALLS_PER_INSTANCE = 5;
const SCALE_OUT_MS = 50;
/** AWS keeps idle instances for minutes; a laptop has less memory. */
const IDLE_MS_MAX = 30_000;

interface Pool {
  readonly function: LambdaFunction;
  readonly instancesMax: number;
  readonly callsMax: number;
  readonly instances: Set<LambdaInstance>;
  readonly idle: LambdaInstance[];
  /** Calls that wait for an instance, oldest first. */
  readonly waiting: ((instance: LambdaInstance) => void)[];
  /** Calls that wait for a free slot below `callsMax`, oldest first. */
  readonly queue: (() => void)[];
  isScaling: boolean;
  inFlight: number;
  invocations: number;
  errors: number;
  throttled: number;
}

export class LambdaRunner {
  readonly #options: LambdaOptions;
  readonly #pools: ReadonlyMap<string, Pool>;
  #isStopped = false;

  constructor(options: LambdaOptions) {
    this.#options = options;
    this.#pools = new Map(options.functions.map((each) => [each.spec.name, emptyPool(each, options)]));
  }

  /** Starts an instance before the first call. @throws StackError when the bundle cannot be imported */
  async warm(name: string): Promise<void> {
    const pool = this.#poolOf(name);
    const instance = this.#startInstance(pool);
    const failure = await instance.ready();
    this.#release(pool, instance);
    if (failure?.kind === 'error') {
      throw new StackError('function_broken', `Function ${name} failed to start: ${failure.message}`);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const instances = [...this.#pools.values()].flatMap((pool) => [...pool.instances]);
    await Promise.all(instances.map((instance) => instance.kill()));
  }

  /** Synchronous invocation: throttled when the function has no concurrency left. */
  async invoke(name: string, event: unknown): Promise<InvokeResult> {
    const pool = this.#poolOf(name);
    if (pool.inFlight >= pool.callsMax) {
      pool.throttled += 1;
      return { kind: 'throttled' };
    }
    return this.#call(pool, event);
  }

  /** Waits for its turn, as an asynchronous invocation does, but returns the result. */
  async invokeInTurn(name: string, event: unknown): Promise<InvokeResult> {
    const pool = this.#poolOf(name);
    if (pool.inFlight < pool.callsMax) return this.#call(pool, event);
    await new Promise<void>((resolve) => pool.queue.push(resolve));
    pool.inFlight -= 1; // Takes over the slot of the finished call, before any other call can run.
    return this.#call(pool, event);
  }

  status(): readonly LambdaStatus[] {
    return [...this.#pools].map(([name, { instances, inFlight, invocations, errors, throttled }]) => {
      return { name, instances: instances.size, inFlight, invocations, errors, throttled };
    });
  }

  async #call(pool: Pool, event: unknown): Promise<InvokeResult> {
    pool.inFlight += 1;
    pool.invocations += 1;
    try {
      const json = JSON.stringify(event ?? null);
      if (Buffer.byteLength(json) > PAYLOAD_BYTES_MAX) return { kind: 'too_large' };
      const result = await this.#run(pool, json);
      if (result.kind === 'error') pool.errors += 1;
      return result;
    } finally {
      const next = pool.queue.shift();
      if (next === undefined) pool.inFlight -= 1;
      else next();
    }
  }

  async #run(pool: Pool, json: string): Promise<InvokeResult> {
    const { name } = pool.function.spec;
    if (this.#isStopped) return STOPPED;
    const instance = await this.#acquire(pool);
    const crash = this.#options.faults.take('lambda_crashes', (rule) => rule.function === name);
    if (crash !== undefined && crash.when !== 'after') await instance.kill();
    const result = await instance.run(json);
    if (crash?.when === 'after') await instance.kill();
    this.#release(pool, instance);
    return crash === undefined ? parseResult(result) : CRASHED;
  }

  /** An idle instance, or else the first one that becomes free or has started. */
  async #acquire(pool: Pool): Promise<LambdaInstance> {
    for (let idle = pool.idle.pop(); idle !== undefined; idle = pool.idle.pop()) {
      if (!idle.isDead) return idle;
      pool.instances.delete(idle); // It crashed while it was idle.
    }
    if (pool.instances.size === 0) return this.#startInstance(pool);
    const waiting = new Promise<LambdaInstance>((resolve) => pool.waiting.push(resolve));
    void this.#scaleOut(pool);
    return waiting;
  }

  /** One new instance at a time: starting one takes CPU time that the busy ones need. */
  async #scaleOut(pool: Pool): Promise<void> {
    if (pool.isScaling) return;
    pool.isScaling = true;
    for (;;) {
      await delay(this.#options.scaleOutMs ?? SCALE_OUT_MS, undefined, { ref: false });
      if (this.#isStopped || pool.waiting.length === 0 || pool.instances.size >= pool.instancesMax) break;
      const instance = this.#startInstance(pool);
      await instance.ready();
      this.#release(pool, instance);
    }
    pool.isScaling = false;
  }

  #startInstance(pool: Pool): LambdaInstance {
    const { spec, bundle, logFile } = pool.function;
    const instance = new LambdaInstance({ spec, bundle, logFile, environment: this.#environmentOf(spec) });
    pool.instances.add(instance);
    return instance;
  }

  /** Hands the instance to the next call or keeps it warm. A dead one is replaced when a call is waiting. */
  #release(pool: Pool, instance: LambdaInstance): void {
    if (instance.isDead) {
      pool.instances.delete(instance);
      const next = pool.waiting.shift();
      next?.(this.#isStopped ? instance : this.#startInstance(pool)); // A dead instance returns an error.
      return;
    }
    const next = pool.waiting.shift();
    if (next !== undefined) {
      next(instance);
      return;
    }
    pool.idle.push(instance);
    if (pool.idle.length > 1) this.#trimLater(pool);
  }

  /** A burst must not cost memory forever; one instance stays warm. */
  #trimLater(pool: Pool): void {
    void delay(IDLE_MS_MAX, undefined, { ref: false }).then(() => {
      const oldest = pool.idle.length > 1 ? pool.idle.shift() : undefined;
      if (oldest === undefined) return;
      pool.instances.delete(oldest);
      void oldest.kill();
    });
  }

  #environmentOf(spec: FunctionSpec): Readonly<Record<string, string>> {
    const region = this.#options.region ?? 'us-east-1';
    return {
      AWS_ENDPOINT_URL: this.#options.gatewayUrl,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyOf(spec.role),
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_LAMBDA_FUNCTION_NAME: spec.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs',
      TZ: 'UTC',
      ...spec.environment,
    };
  }

  #poolOf(name: string): Pool {
    const pool = this.#pools.get(name);
    if (pool !== undefined) return pool;
    throw new StackError('function_unknown', `Expected the name of a deployed function, got '${name}'.`);
  }
}

const STOPPED: InvokeResult = { kind: 'error', errorType: 'Runtime.ExitError', message: 'The stack is stopping.' };
const CRASHED: InvokeResult = { kind: 'error', errorType: 'Runtime.ExitError', message: 'Runtime exited (fault).' };

function emptyPool(each: LambdaFunction, options: LambdaOptions): Pool {
  const reserved = each.spec.reservedConcurrency;
  const instancesMax = reserved ?? options.instancesMax ?? INSTANCES_MAX;
  return {
    function: each,
    instancesMax,
    callsMax: reserved ?? instancesMax * CALLS_PER_INSTANCE,
    instances: new Set(),
    idle: [],
    waiting: [],
    queue: [],
    isScaling: false,
    inFlight: 0,
    invocations: 0,
    errors: 0,
    throttled: 0,
  };
}

function parseResult(result: RunResult): InvokeResult {
  if (result.kind === 'error') return result;
  if (Buffer.byteLength(result.payload) > PAYLOAD_BYTES_MAX) {
    const message = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`;
    return { kind: 'error', errorType: 'Function.ResponseSizeTooLarge', message };
  }
  const payload: unknown = JSON.parse(result.payload);
  return { kind: 'ok', payload };
}
