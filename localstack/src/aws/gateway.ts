/**
 * The one address of the local AWS. It routes a request by the service in its SigV4 credential scope. It does not check
 * signatures: every program on this machine may call. It refuses requests that a web page could send: a foreign `Host`, any
 * `Origin`, and admin requests without their header. Everything that is not emulated gets a 501 that names it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '@dataloaf/core/errors';
import { namedHost } from '@dataloaf/core/host-header';
import type { Log } from '@dataloaf/core/log';
import { ADMIN_HEADER } from '@dataloaf/core/stack-file';
import { type BodyLimits, BodyReader, type BodyResult, discardRest } from '../body-reader.ts';
import type { Faults } from '../faults.ts';
import { closeServer, listenOnLoopback, loopbackUrl } from '../loopback.ts';
import { breakDuring } from './break-during.ts';
import { accessKeyIn } from './identities.ts';
import { type JsonApi, notImplemented, ServiceError, type StreamApi } from './service.ts';

export interface GatewayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly log: Log;
  /** Connections that break. @default none */
  readonly faults?: Faults;
  /** @default 128 MB of bodies at once, 10 s of silence, 60 s for a body */
  readonly bodies?: BodyLimits;
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
/** The functions send what they accepted to Firehose: 50 calls of 1 MB, and the same again for everything else. */
const BODY_LIMITS: BodyLimits = { heldBytesMax: 128 * 1024 * 1024, silenceMs: 10_000, bodyMs: 60_000 };
/** Longer than any client keeps an idle connection, so the server never closes one that a client is about to reuse. */
const KEEP_ALIVE_MS = 120_000;

export class Gateway {
  readonly #log: Log;
  readonly #faults: Faults | undefined;
  readonly #requestedPort: number;
  readonly #server: Server;
  readonly #bodies: BodyReader;
  readonly #json = new Map<string, JsonApi>();
  readonly #streams = new Map<string, StreamApi>();
  #admin: AdminHandler | undefined;
  #port = 0;

  constructor(options: GatewayOptions) {
    this.#log = options.log;
    this.#faults = options.faults;
    this.#requestedPort = options.port;
    this.#bodies = new BodyReader(options.bodies ?? BODY_LIMITS);
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

  /** Bytes of all bodies that are held now. */
  get heldBytes(): number {
    return this.#bodies.heldBytes;
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
    } finally {
      discardRest(request);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = namedHost(request, this.#port);
    if (host.kind === 'invalid')
      return sendJson(response, 400, { __type: 'BadRequestException', message: host.reason });
    const refusal = this.#refusal(request, host.kind);
    if (refusal !== undefined) return sendJson(response, 403, { __type: 'AccessDeniedException', message: refusal });
    request.url = host.target;
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path.startsWith(ADMIN_PATH)) return this.#handleAdmin(request, response, path);
    const scope = scopeOf(request.headers.authorization);
    const breaks = this.#faults?.take('connection_breaks', ({ service }) => service === scope);
    if (breaks?.when === 'after') breakDuring(response);
    else if (breaks !== undefined) return void request.socket.resetAndDestroy();
    const stream = this.#streams.get(scope);
    if (stream !== undefined) return this.#handleStream(stream, request, response);
    const json = this.#json.get(scope);
    if (json !== undefined) return this.#handleJson(json, request, response);
    sendUnknownService(request, response, scope);
  }

  /** Why a request is refused, whatever it asks for. */
  #refusal(request: IncomingMessage, host: 'own' | 'foreign'): string | undefined {
    if (host === 'foreign') return `Expected the host ${this.url.slice(7)}, got another one.`;
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
    const body = await this.#readJson(request);
    if (body.kind === 'busy') return sendBusy(response);
    if (body.kind === 'bad') {
      return sendAdmin(response, { status: 400, body: errorBody('body_invalid', `The body is ${body.problem}.`) });
    }
    sendAdmin(response, await this.#admin.handle({ method: request.method ?? 'GET', path, body: body.value }));
  }

  async #handleStream(service: StreamApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await service.handle(request, response, this.#bodies);
    } catch (error) {
      if (response.headersSent) throw error;
      if (error instanceof ServiceError) return service.fail(response, error);
      // In the format of the service: a client that cannot read the response does not try again.
      service.fail(response, new ServiceError(500, 'InternalError', messageOf(error)));
      throw error;
    }
  }

  async #handleJson(service: JsonApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    try {
      const operation = operationOf(service, request.headers['x-amz-target']);
      const accessKey = accessKeyIn(request.headers.authorization);
      const body = await this.#readJson(request);
      if (body.kind === 'busy') return sendBusy(response);
      if (body.kind === 'bad') throw new ServiceError(400, 'SerializationException', `The body is ${body.problem}.`);
      sendJson(response, 200, await service.handle({ operation, body: body.value, accessKey, signal: abort.signal }));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      sendJson(response, error.status, { __type: error.code, message: error.message });
    }
  }

  async #readJson(request: IncomingMessage): Promise<JsonBody> {
    const body = await this.#bodies.read(request, { maxBytes: JSON_BYTES_MAX });
    switch (body.kind) {
      case 'too_large':
        return { kind: 'bad', problem: `larger than ${JSON_BYTES_MAX} bytes` };
      case 'too_slow':
        return { kind: 'bad', problem: 'sent too slowly' };
      case 'busy':
        return body;
      case 'body':
        return parseJson(body);
    }
  }
}

/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...`; empty for anything else. */
function scopeOf(authorization: string | undefined): string {
  return /Credential=[^,]*\/([^/,]+)\/aws4_request/.exec(authorization ?? '')?.[1] ?? '';
}

/** `Firehose_20150804.PutRecord` names the operation `PutRecord`. */
function operationOf(service: JsonApi, target: string | string[] | undefined): string {
  const [prefix, operation] = String(target ?? '').split('.');
  if (prefix !== service.target || operation === undefined || operation === '') {
    throw notImplemented(service.scope, `the target '${String(target ?? '')}'`);
  }
  return operation;
}

type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bad'; readonly problem: string }
  | { readonly kind: 'busy' };

/** The bytes are given back at once: a service may wait for the end of a statement. */
function parseJson({ bytes, release }: Extract<BodyResult, { kind: 'body' }>): JsonBody {
  try {
    const value: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
    return { kind: 'json', value };
  } catch {
    return { kind: 'bad', problem: 'not JSON' }; // The parser's message would quote the body.
  } finally {
    release();
  }
}

function sendBusy(response: ServerResponse): void {
  response.setHeader('retry-after', '1');
  sendJson(response, 503, {
    __type: 'ServiceUnavailableException',
    message: 'Too many bodies at once. Retry the request.',
  });
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
