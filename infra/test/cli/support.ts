/** Fixtures of the command line's tests: a stub of the API, runs with captured output, temporary files and folders. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { EventItem, RejectedItem } from '@dataloaf/core/api';
import { STACK_DIR_DEFAULT, STACK_FILE, type StackFacts } from '@dataloaf/core/stack-file';
import { afterAll } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';
import { Printer } from '../../src/cli/printer.ts';

export const SERVER_KEY = `dl_s_0123abcd_${'k'.repeat(43)}`;
export const LAUNCHER = fileURLToPath(new URL('../../bin/dataloaf.mjs', import.meta.url));

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** A temporary folder, removed after the test file. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'dataloaf-cli-'));
  dirs.push(dir);
  return dir;
}

export function tempFile(name: string, content: string | Buffer): string {
  const path = join(tempDir(), name);
  writeFileSync(path, content);
  return path;
}

/** The folder of a stack below `cwd`, as it is while that stack is running. */
export function aStackFolder(
  cwd: string,
  facts: Partial<StackFacts> & Pick<StackFacts, 'api'>,
  name = STACK_DIR_DEFAULT,
): string {
  const dir = join(cwd, name);
  mkdirSync(dir);
  const stack: StackFacts = {
    ready: true,
    insights: 'http://127.0.0.1:1',
    aws: 'http://127.0.0.1:1',
    serverKey: SERVER_KEY,
    browserKey: 'dl_b_x',
    postgres: 'postgres://127.0.0.1:1/x',
    pid: process.pid,
    dir,
    buckets: { events: 'e', users: 'u' },
    streams: { events: 'e', users: 'u' },
    ...facts,
  };
  writeFileSync(join(dir, STACK_FILE), JSON.stringify(stack));
  return dir;
}

export type Verdict = (event: EventItem) => Omit<RejectedItem, 'index' | 'id'> | undefined;

export class StubApi {
  /** Every accepted event, as often as it arrived. */
  readonly events: EventItem[] = [];
  verdict: Verdict = () => undefined;
  /** Number of accepted events after which the stub returns 503. */
  capacity = Number.POSITIVE_INFINITY;
  /** Delay of each response. */
  delayMs = 0;
  /** Status of every response. */
  status = 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<StubApi> {
    const server = createServer();
    const api = new StubApi(server);
    server.on('request', async (request, response) => {
      const body = await readBody(request);
      if (api.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, api.delayMs));
      const { status, answer } = api.#respond(request.url ?? '', body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get ids(): ReadonlySet<string | undefined> {
    return new Set(this.events.map((event) => event.event_id));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #respond(url: string, body: Buffer): { readonly status: number; readonly answer: object } {
    if (this.status !== 200) return { status: this.status, answer: { error: { code: 'stub', message: 'stub' } } };
    if (url === '/health') return { status: 200, answer: {} };
    const { events } = JSON.parse(body.toString()) as { readonly events: readonly EventItem[] };
    if (events.length > 0 && this.events.length >= this.capacity) {
      return { status: 503, answer: { error: { code: 'stub', message: 'full' } } };
    }
    const rejected: RejectedItem[] = [];
    for (const [index, event] of events.entries()) {
      const refusal = this.verdict(event);
      if (refusal === undefined) this.events.push(event);
      else rejected.push({ index, id: event.event_id ?? null, ...refusal });
    }
    return { status: 200, answer: { accepted: events.length - rejected.length, rejected } };
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export interface CliSetting {
  readonly api?: StubApi;
  readonly stateDir?: string;
  readonly cwd?: string;
  readonly stdin?: Buffer | string;
  readonly signal?: AbortSignal;
}

/** Runs the command line in this process. */
export async function dataloaf(args: readonly string[], setting: CliSetting = {}): Promise<CliRun> {
  let out = '';
  let errors = '';
  const printer = new Printer({
    out: { write: (text) => (out += text) },
    error: { write: (text) => (errors += text) },
    isColorOff: true,
  });
  const code = await runCli(args, {
    printer,
    env: {
      endpoint: setting.api?.url,
      serverKey: setting.api === undefined ? undefined : SERVER_KEY,
      isColorOff: true,
      stateDir: setting.stateDir ?? tempDir(),
    },
    cwd: setting.cwd ?? tempDir(),
    stdin: Readable.from([Buffer.from(setting.stdin ?? '')]),
    signal: setting.signal ?? new AbortController().signal,
  });
  return { code, out, errors };
}

/** Starts the command line as a person does, in a process of its own. */
export function startDataloaf(
  args: readonly string[],
  setting: { readonly api: StubApi; readonly stateDir: string },
): ChildProcess {
  return spawn(process.execPath, [LAUNCHER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: tempDir(),
    env: {
      PATH: process.env['PATH'],
      DATALOAF_ENDPOINT: setting.api.url,
      DATALOAF_SERVER_KEY: SERVER_KEY,
      XDG_STATE_HOME: setting.stateDir,
    },
  });
}

/** Polls for a condition that another process fulfils. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
