/** A whole stack for a test file, with the few calls that tests need. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@dataloaf/core/log';
import type { StackFacts } from '@dataloaf/core/stack-file';
import { removeDataOf } from '@dataloaf/localstack/postgres/data-folder';
import { type LoadAnswer, loadNow } from '@dataloaf/localstack/stack/load-now';
import { type Stack, type StackOptions, startStack } from '@dataloaf/localstack/stack/stack';
import pg from 'pg';
import { backendFor, stopBackendOf } from './test-backend.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of any route; each test says what it expects.
  readonly body: any;
}

export interface TestStack {
  readonly facts: StackFacts;
  readonly admin: Stack['admin'];
  readonly stack: Stack;
  /** One request with the server key. */
  call(method: string, path: string, body: unknown): Promise<Answer>;
  sendEvents(events: readonly object[]): Promise<Answer>;
  load(): Promise<LoadAnswer>;
  /** Runs a query directly on the local warehouse. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Stops the stack. Its folder and its back end's data stay, for another stack. */
  pause(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestStack(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'dataloaf-e2e-')));
  const log = options.log ?? createLog({ name: 'test', level: 'silent' });
  const stack = await startStack({
    ports: { insights: 0, api: 0, aws: 0 },
    log,
    backend: await backendFor(dir, log),
    functionLogLevel: 'silent',
    ...options,
    dir,
  });
  const { facts, admin } = stack;
  const pool = new pg.Pool({ connectionString: facts.postgres, max: 2 });
  pool.on('error', () => undefined);
  const call = (method: string, path: string, body: unknown): Promise<Answer> =>
    request(`${facts.api}${path}`, { method, key: facts.serverKey, body });
  const pause = async (): Promise<void> => {
    await pool.end();
    await stack.stop();
  };
  return {
    facts,
    admin,
    stack,
    call,
    sendEvents: (events) => call('POST', '/v1/events', { events }),
    load: () => loadNow(admin),
    sql: async (text, values = []) => (await pool.query(text, [...values])).rows,
    pause,
    async stop() {
      await pause();
      await stopBackendOf(dir);
      removeDataOf(dir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export interface RequestOptions {
  readonly method: string;
  readonly key: string;
  readonly body: unknown;
}

export async function request(url: string, { method, key, body }: RequestOptions): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

let counter = 0;
/** An event with its own id and user. */
export function anEvent(fields: object = {}): Record<string, unknown> {
  counter += 1;
  return { event_id: `e-${process.pid}-${counter}`, event_name: 'paid', user_id: `u-${counter}`, ...fields };
}
