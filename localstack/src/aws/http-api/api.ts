/**
 * The HTTP API in front of the functions. It refuses a foreign `Host` but accepts any `Origin`: browsers send events here,
 * and the functions decide whether to accept them. Unlike API Gateway it shares its memory with the developer's machine, so
 * it does not collect the body of a sender whose key is unknown, and bounds all bodies together (`body-reader.ts`).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { namedHost } from '@dataloaf/core/host-header';
import type { Log } from '@dataloaf/core/log';
import type { RouteSpec } from '@dataloaf/infra/deployment';
import { type BodyLimits, BodyReader, type BodyResult, discardRest } from '../../body-reader.ts';
import type { Clock } from '../../clock.ts';
import { closeServer, listenOnLoopback, loopbackUrl } from '../../loopback.ts';
import type { InvokeResult } from '../lambda/runner.ts';
import { type HttpAnswer, httpAnswer, httpEvent, type MatchedRoute } from './event.ts';
import { Routes } from './routes.ts';

export interface HttpApiOptions {
  readonly routes: readonly RouteSpec[];
  /** Synchronous invocation of a function. */
  readonly invoke: (name: string, event: unknown) => Promise<InvokeResult>;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 picks a free one. */
  readonly port: number;
  /** Who sends, from the headers alone. @default everyone is a stranger */
  readonly senderOf?: (route: MatchedRoute, headers: Headers) => Sender;
  /** @default 64 MB of bodies at once, a quarter of it for strangers, 10 s of silence, 60 s for a body */
  readonly bodies?: BodyLimits;
}

type Headers = Readonly<Record<string, string | undefined>>;

export type Sender =
  | 'known'
  /** The route takes its key in the body, or none. */
  | 'stranger'
  /** The route takes its key in a header, and this one is not known: the function refuses it without its body. */
  | 'unknown_key';

/** Largest payload of an HTTP API (AWS quota, 2026-11). */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const BODY_LIMITS: BodyLimits = {
  heldBytesMax: 64 * 1024 * 1024,
  strangerBytesMax: 16 * 1024 * 1024,
  silenceMs: 10_000,
  bodyMs: 60_000,
};
/** Longer than any client keeps an idle connection, so the server never closes one that a client is about to reuse. */
const KEEP_ALIVE_MS = 120_000;

export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #routes: Routes;
  readonly #server: Server;
  readonly #bodies: BodyReader;
  #port = 0;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#routes = new Routes(options.routes);
    this.#bodies = new BodyReader(options.bodies ?? BODY_LIMITS);
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#answer(request, response);
    });
    // A sender that asks first is told to go on only when its body is wanted.
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response, () => response.writeContinue());
    });
  }

  async start(): Promise<void> {
    this.#port = await listenOnLoopback(this.#server, this.#options.port);
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

  async #answer(request: IncomingMessage, response: ServerResponse, proceed = (): void => undefined): Promise<void> {
    try {
      const answer = await this.#handle(request, proceed);
      response.writeHead(answer.status, { ...answer.headers, ...cookieHeader(answer) });
      response.end(answer.body);
    } catch (error) {
      if (request.destroyed && !request.complete) return; // The client went away.
      this.#options.log.error({ err: error, method: request.method }, 'api request failed');
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(INTERNAL_ERROR.body);
    } finally {
      discardRest(request);
    }
  }

  async #handle(request: IncomingMessage, proceed: () => void): Promise<HttpAnswer> {
    const host = namedHost(request, this.#port);
    if (host.kind === 'invalid') return plainAnswer(400, 'Bad Request');
    if (host.kind === 'foreign') return plainAnswer(403, 'Forbidden');
    const route = this.#routes.match(request.method ?? 'GET', host.target.split('?', 1)[0] ?? '/');
    if (route === undefined) return plainAnswer(404, 'Not Found');
    const call: Call = { request, route, url: host.target };
    let sender = this.#options.senderOf?.(route, request.headers as Headers) ?? 'stranger';
    if (sender === 'unknown_key') {
      // The function decides. It looks at the key first, so without the body it can only refuse, or ask for the body.
      const answer = await this.#invoke(call, Buffer.alloc(0));
      if (answer.status !== 400) return answer;
      sender = 'known';
    }
    const body = await this.#bodies.read(request, { maxBytes: BODY_BYTES_MAX, sender, proceed });
    if (body.kind !== 'body') return refusedBody(body.kind);
    try {
      return await this.#invoke(call, body.bytes);
    } finally {
      body.release();
    }
  }

  async #invoke({ request, route, url }: Call, body: Buffer): Promise<HttpAnswer> {
    const event = httpEvent(
      {
        method: request.method ?? 'GET',
        url,
        body,
        headers: request.headersDistinct,
        sourceIp: request.socket.remoteAddress ?? '',
        timeMs: this.#options.clock.now(),
        requestId: randomUUID(),
      },
      route,
    );
    return this.#answerOf(await this.#options.invoke(route.function, event), route);
  }

  #answerOf(result: InvokeResult, route: MatchedRoute): HttpAnswer {
    switch (result.kind) {
      case 'ok':
        return httpAnswer(result.payload) ?? INTERNAL_ERROR;
      case 'too_large':
        return TOO_LARGE;
      case 'throttled':
        return plainAnswer(429, 'Too Many Requests');
      case 'error':
        this.#options.log.warn(
          { route: route.routeKey, errorType: result.errorType, message: result.message },
          'function failed',
        );
        return INTERNAL_ERROR;
    }
  }
}

interface Call {
  readonly request: IncomingMessage;
  readonly route: MatchedRoute & { readonly function: string };
  /** Path and query. */
  readonly url: string;
}

function refusedBody(kind: Exclude<BodyResult['kind'], 'body'>): HttpAnswer {
  switch (kind) {
    case 'too_large':
      return TOO_LARGE;
    case 'busy': {
      const answer = plainAnswer(503, 'Service Unavailable');
      return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
    }
    case 'too_slow':
      return plainAnswer(408, 'Request Timeout');
  }
}

/** The format of API Gateway's own responses. */
const plainAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
});

const TOO_LARGE = plainAnswer(413, 'Request Entity Too Large');
const INTERNAL_ERROR = plainAnswer(500, 'Internal Server Error');

const cookieHeader = (answer: HttpAnswer): Readonly<Record<string, string[]>> =>
  answer.cookies.length === 0 ? {} : { 'set-cookie': [...answer.cookies] };
