/**
 * The HTTP API in front of the functions. It refuses a foreign `Host` but accepts any `Origin`: browsers send events here,
 * and the functions decide whether to accept them.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '@dataloaf/core/log';
import type { RouteSpec } from '@dataloaf/infra/deployment';
import type { Clock } from '../../clock.ts';
import { closeServer, isOwnHost, listenOnLoopback, loopbackUrl } from '../../loopback.ts';
import { readBody } from '../../read-body.ts';
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
}

/** Largest payload of an HTTP API (AWS quota, 2026-11). */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so the server never closes one that a client is about to reuse. */
const KEEP_ALIVE_MS = 120_000;

export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #routes: Routes;
  readonly #server: Server;
  #port = 0;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#routes = new Routes(options.routes);
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#answer(request, response);
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#handle(request);
      response.writeHead(answer.status, { ...answer.headers, ...cookieHeader(answer) });
      response.end(answer.body);
    } catch (error) {
      if (request.destroyed && !request.complete) return; // The client went away.
      this.#options.log.error({ err: error, method: request.method }, 'api request failed');
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(INTERNAL_ERROR.body);
    }
  }

  async #handle(request: IncomingMessage): Promise<HttpAnswer> {
    if (!isOwnHost(request.headers.host, this.#port)) return plainAnswer(403, 'Forbidden');
    const method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const route = this.#routes.match(method, url.split('?', 1)[0] ?? '/');
    if (route === undefined) return plainAnswer(404, 'Not Found');
    const body = await readBody(request, BODY_BYTES_MAX);
    if (body === undefined) return TOO_LARGE;
    const event = httpEvent(
      {
        method,
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
