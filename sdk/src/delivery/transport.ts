/**
 * One HTTP request: compress, send, read the answer. The time and the size of the answer are bounded. Connections are
 * kept alive but do not keep the process alive: the caller that awaits an answer does (timing.ts). A kept connection
 * that was closed meanwhile is replaced at once: that says nothing about the API. A redirect is not followed, because
 * the key would go to a host that nobody has chosen.
 */
import { Buffer } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import { URL } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DataLoafError, isError, messageOf } from '@dataloaf/core/errors';
import { ANSWER_BYTES_MAX, GZIP_BYTES_MIN, GZIP_LEVEL, REQUEST_MS_MAX } from '../limits.ts';
import { runtime } from '../runtime.ts';
import { type StopSignal, stopped } from '../timing.ts';
import { parseHttpDate } from './http-date.ts';
import { pauseAfter } from './retry-after.ts';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  /** The pause that the answer asks for (retry-after.ts). */
  readonly pauseMs: number | undefined;
  /** Where a redirect leads: origin and path. */
  readonly location?: string | undefined;
  /** The clock of the sender, from the header `Date`. */
  readonly dateMs?: number | undefined;
  /** Undefined when it is not JSON. */
  readonly body: unknown;
}

export interface TransportOptions {
  readonly endpoint: URL;
  readonly serverKey: string;
  readonly maxInFlight: number;
  /** The caller's own, for example one that goes through a proxy. We do not close it. */
  readonly agent?: http.Agent | undefined;
  readonly timeoutMs?: number;
}

export interface Transport {
  /** Rejects with a TransportError when no whole answer arrives, and with a StoppedError when the signal stops. */
  send(request: WireRequest, signal: StopSignal): Promise<WireAnswer>;
  close(): void;
}

/** No answer, or half of one: the API may or may not have the items. */
class TransportError extends DataLoafError {
  override readonly name = 'TransportError';
}

const USER_AGENT = 'dataloaf-node/0.1.0';
const compress = promisify(gzip);

export function createTransport(options: TransportOptions): Transport {
  const { endpoint, maxInFlight } = options;
  const library = endpoint.protocol === 'https:' ? https : http;
  const ownAgent = options.agent === undefined ? createAgent(library, maxInFlight) : undefined;
  const agent = options.agent ?? ownAgent;
  const base = endpoint.pathname.replace(/\/$/, '');
  const timeoutMs = options.timeoutMs ?? REQUEST_MS_MAX;

  return {
    async send({ method, path, body }, signal) {
      const isLarge = body.length >= GZIP_BYTES_MIN;
      const bytes = isLarge ? await compress(body, { level: GZIP_LEVEL }) : body;
      signal.throwIfStopped();
      const url = new URL(`${base}${path}`, endpoint);
      const headers = {
        authorization: `Bearer ${options.serverKey}`,
        'content-type': 'application/json',
        'content-length': bytes.length,
        'user-agent': USER_AGENT,
        ...(isLarge && { 'content-encoding': 'gzip' }),
      };
      // Each stale connection fails once and leaves the agent, which keeps at most one for each request in flight.
      for (let stale = 0; ; stale += 1) {
        const request = library.request(url, { method, agent, headers });
        const answer = await exchange(request, { url, bytes, timeoutMs, signal, mayBeStale: stale <= maxInFlight });
        if (answer !== STALE) return answer;
      }
    },
    close: () => ownAgent?.destroy(),
  };
}

/** Goes through the proxy of the environment when Node's own agents do: with NODE_USE_ENV_PROXY=1, where Node has it. */
function createAgent(library: typeof http | typeof https, maxSockets: number): http.Agent {
  const proxyEnv = proxyEnvOf(library.globalAgent);
  return new library.Agent(Object.assign({ keepAlive: true, maxSockets }, proxyEnv !== undefined && { proxyEnv }));
}

/** Where Node's own agent finds the addresses of its proxies. Undefined when it uses none. */
function proxyEnvOf(agent: object): unknown {
  const options: unknown = 'options' in agent ? agent.options : undefined;
  return typeof options === 'object' && options !== null && 'proxyEnv' in options ? options.proxyEnv : undefined;
}

/** The connection was closed before it could carry the request. */
const STALE = Symbol('stale connection');

interface Exchange {
  readonly url: URL;
  readonly bytes: Buffer;
  readonly timeoutMs: number;
  readonly signal: StopSignal;
  readonly mayBeStale: boolean;
}

function exchange(
  request: http.ClientRequest,
  { url, bytes, timeoutMs, signal, mayBeStale }: Exchange,
): Promise<WireAnswer | typeof STALE> {
  return new Promise((resolve, reject) => {
    const stop = (): void => fail('stopped');
    const end = (): void => {
      runtime.clearTimeout(timer);
      signal.offStop(stop);
    };
    const fail = (cause: unknown): void => {
      end();
      request.destroy();
      reject(signal.isStopped ? stopped() : noAnswer(cause));
    };
    // Covers the whole exchange, to the last byte: a server that drips counts as one that does not answer.
    const timer = runtime.setTimeout(() => fail(`no whole response within ${timeoutMs} ms`), timeoutMs).unref();
    signal.onStop(stop);
    request.on('socket', (socket) => socket.unref());
    request.on('error', (error) => {
      if (!mayBeStale || signal.isStopped || !isStale(request, error)) return fail(error);
      end();
      resolve(STALE);
    });
    request.on('response', (response) => {
      readBody(response)
        .then((text) => {
          resolve(toAnswer(response, { text, url }));
          end();
        })
        .catch(fail);
    });
    request.end(bytes);
  });
}

/** A server may close an idle connection at any moment, also while a request is on its way. Ids make a repeat harmless. */
function isStale(request: http.ClientRequest, error: Error): boolean {
  return request.reusedSocket && 'code' in error && RESETS.has(String(error.code));
}

const RESETS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

function noAnswer(cause: unknown): TransportError {
  const message = messageOf(cause) || (isError(cause) ? cause.name : String(cause));
  return new TransportError('no_answer', `Expected a response from the API, got none: ${message}`, { cause });
}

/**
 * Listeners, not an iterator: the answer to a full batch is a few bytes, and an iterator costs more than reading them.
 */
function readBody(response: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= ANSWER_BYTES_MAX) return;
      const message = `Expected a response of at most ${ANSWER_BYTES_MAX} bytes, got more.`;
      reject(new TransportError('answer_too_large', message));
    });
    response.on('error', reject);
    response.on('close', () =>
      reject(new TransportError('answer_cut', 'Expected a whole response, got a part of one.')),
    );
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

function toAnswer(response: http.IncomingMessage, { text, url }: { text: string; url: URL }): WireAnswer {
  const status = response.statusCode ?? 0;
  const { date, location } = response.headers;
  // A test of the application may replace Node's client by one that has less.
  const { headersDistinct }: Partial<http.IncomingMessage> = response;
  const retryAfter = headersDistinct?.['retry-after'] ?? [];
  const now = runtime.now();
  return {
    status,
    pauseMs: pauseAfter({ status, retryAfter, date }, now),
    location: location === undefined ? undefined : placeOf(location, url),
    dateMs: parseHttpDate(date ?? '', now),
    body: parseJson(text),
  };
}

/** Without query, fragment and password: these may be secrets, and change with each request. */
function placeOf(location: string, base: URL): string | undefined {
  if (!URL.canParse(location, base.href)) return undefined;
  const { origin, protocol, pathname } = new URL(location, base);
  return `${origin === 'null' ? protocol : origin}${pathname}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The page of a proxy, or half an answer: the status decides.
    return undefined;
  }
}
