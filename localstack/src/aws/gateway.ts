/**
 * The one address of the local AWS. It routes a request by the service in its SigV4 credential scope. It does not check
 * signatures: every program on this machine may call. It refuses requests that a web page could send: a foreign `Host`, any
 * `Origin`, and admin requests without their header. Everything that is not emulated gets a 501 that names it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { ADMIN_HEADER } from '@dataloaf/core/stack-file';
import type { Faults } from '../faults.ts';
import { closeServer, isOwnHost, listenOnLoopback, loopbackUrl } from '../loopback.ts';
import { readBody } from '../read-body.ts';
import { breakDuring } from './break-during.ts';
import { accessKeyIn } from './identities.ts';
import { type JsonApi, notImplemented, ServiceError, type StreamApi } from './service.ts';

export interface GatewayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly log: Log;
  /** Connections that break. @default none */
  readonly faults?: Faults;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface AdminHandler {
  handle(request: { readonly method: string; readonly path: string; readonly body: unknown }): Promise<AdminAnswer>;
}

const ADMIN_PATH = '/_dataloaf/';
/** 500 records of Firehose are 4 MiB, or a third more in base64. 40 statements of 100 KB are less. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so the server never closes one that a client is about to reuse. */
const KEEP_ALIVE_MS = 120_000;

export class Gateway {
  readonly #log: Log;
  readonly #faults: Faults | undefined;
  readonly #requestedPort: number;
  readonly #server: Server;
  readonly #json = new Map<string, JsonApi>();
  readonly #streams = new Map<string, StreamApi>();
  #admin: AdminHandler | undefined;
  #port = 0;

  constructor(options: GatewayOptions) {
    this.#log = options.log;
    this.#faults = options.faults;
    this.#requestedPort = options.port;
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#answer(request, response);
    });
  }

  addJson(service: JsonApi): void {
    this.#json.set(service.scope, service);
  }

  addStream(service: StreamApi): void {
    this.#streams.set(service.scope, service);
  }

  setAdmin(admin: AdminHandler): void {
    this.#admin = admin;
  }

  /** Services may be added before or after the start. */
  async start(): Promise<void> {
    this.#port = await listenOnLoopback(this.#server, this.#requestedPort);
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  get url(): string {
    return loopbackUrl(this.#port);
  }

  get port(): number {
    return this.#port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      if (response.destroyed || (request.destroyed && !request.complete)) return; // The client went away.
      this.#log.error({ err: error, method: request.method, url: request.url }, 'gateway request failed');
      if (response.writableEnded) return;
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { __type: 'InternalFailure', message: messageOf(error) });
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return sendJson(response, 403, { __type: 'AccessDeniedException', message: refusal });
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path.startsWith(ADMIN_PATH)) return this.#handleAdmin(request, response, path);
    const scope = scopeOf(request.headers.authorization);
    const breaks = this.#faults?.take('connection_breaks', ({ service }) => service === scope);
    if (breaks?.when === 'after') breakDuring(response);
    else if (breaks !== undefined) return void request.socket.resetAndDestroy();
    const stream = this.#streams.get(scope);
    if (stream !== undefined) return handleStream(stream, request, response);
    const json = this.#json.get(scope);
    if (json !== undefined) return handleJson(json, request, response);
    sendUnknownService(request, response, scope);
  }

  /** Why a request is refused, whatever it asks for. */
  #refusal(request: IncomingMessage): string | undefined {
    if (!isOwnHost(request.headers.host, this.#port)) return `Expected the host ${this.url.slice(7)}, got another one.`;
    if (request.headers.origin !== undefined)
      return 'Requests from web pages are refused (they carry an Origin header).';
    return undefined;
  }

  async #handleAdmin(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.headers[ADMIN_HEADER] !== '1') {
      return sendAdmin(response, {
        status: 403,
        body: errorBody('forbidden', `Expected the header ${ADMIN_HEADER}: 1.`),
      });
    }
    if (this.#admin === undefined) {
      return sendAdmin(response, { status: 503, body: errorBody('starting', 'The stack is still starting.') });
    }
    const body = await readJson(request);
    if (body.kind !== 'json') {
      return sendAdmin(response, { status: 400, body: errorBody('body_invalid', `The body is ${body.problem}.`) });
    }
    sendAdmin(response, await this.#admin.handle({ method: request.method ?? 'GET', path, body: body.value }));
  }
}

/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...`; empty for anything else. */
function scopeOf(authorization: string | undefined): string {
  return /Credential=[^,]*\/([^/,]+)\/aws4_request/.exec(authorization ?? '')?.[1] ?? '';
}

async function handleStream(service: StreamApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await service.handle(request, response);
  } catch (error) {
    if (response.headersSent) throw error;
    if (error instanceof ServiceError) return service.fail(response, error);
    // In the format of the service: a client that cannot read the response does not try again.
    service.fail(response, new ServiceError(500, 'InternalError', messageOf(error)));
    throw error;
  }
}

async function handleJson(service: JsonApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  try {
    const operation = operationOf(service, request.headers['x-amz-target']);
    const accessKey = accessKeyIn(request.headers.authorization);
    const body = await readJson(request);
    if (body.kind !== 'json') throw new ServiceError(400, 'SerializationException', `The body is ${body.problem}.`);
    sendJson(response, 200, await service.handle({ operation, body: body.value, accessKey, signal: abort.signal }));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    sendJson(response, error.status, { __type: error.code, message: error.message });
  }
}

/** `Firehose_20150804.PutRecord` names the operation `PutRecord`. */
function operationOf(service: JsonApi, target: string | string[] | undefined): string {
  const [prefix, operation] = String(target ?? '').split('.');
  if (prefix !== service.target || operation === undefined || operation === '') {
    throw notImplemented(service.scope, `the target '${String(target ?? '')}'`);
  }
  return operation;
}

type JsonBody = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'bad'; readonly problem: string };

async function readJson(request: IncomingMessage): Promise<JsonBody> {
  const bytes = await readBody(request, JSON_BYTES_MAX);
  if (bytes === undefined) return { kind: 'bad', problem: `larger than ${JSON_BYTES_MAX} bytes` };
  if (bytes.length === 0) return { kind: 'json', value: {} };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { kind: 'json', value };
  } catch {
    return { kind: 'bad', problem: 'not JSON' }; // The parser's message would quote the body.
  }
}

/** In the format of the caller's protocol: XML for query services (STS, SNS), JSON for all others. */
function sendUnknownService(request: IncomingMessage, response: ServerResponse, scope: string): void {
  const name = scope === '' ? 'a request without a SigV4 signature' : `the service '${scope}'`;
  const message = `The local AWS does not emulate ${name}.`;
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
    sendJson(response, 501, { __type: 'NotImplemented', message });
    return;
  }
  response.writeHead(501, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse><Error><Code>NotImplemented</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body ?? {}));
}

const errorBody = (code: string, message: string): unknown => ({ error: { code, message } });

function sendAdmin(response: ServerResponse, answer: AdminAnswer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}
