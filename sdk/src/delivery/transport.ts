/**
 * One HTTP request: compress, send, read the answer. Bounded in time and in the size of the answer. Connections are kept
 * and never hold the process: whoever awaits an answer holds it (timing.ts).
 */
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DataLoafError } from '@dataloaf/core/errors';
import { ANSWER_BYTES_MAX, GZIP_BYTES_MIN, GZIP_LEVEL, REQUEST_MS_MAX, RETRY_AFTER_MS_MAX } from '../limits.ts';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  /** Undefined when the answer asks for no pause. */
  readonly retryAfterMs: number | undefined;
  /** Undefined when it is not JSON. */
  readonly body: unknown;
}

export interface TransportOptions {
  readonly endpoint: URL;
  readonly serverKey: string;
  readonly maxInFlight: number;
  readonly timeoutMs?: number;
}

export interface Transport {
  /** Rejects with TransportError when no whole answer came, with the signal's reason when aborted. */
  send(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>;
  close(): void;
}

/** No answer, or half of one: whether the API has the items is not known. */
class TransportError extends DataLoafError {}

const USER_AGENT = 'dataloaf-node/0.1.0';
const compress = promisify(gzip);

export function createTransport(options: TransportOptions): Transport {
  const { endpoint, maxInFlight } = options;
  const library = endpoint.protocol === 'https:' ? https : http;
  const agent = new library.Agent({ keepAlive: true, maxSockets: maxInFlight });
  const base = endpoint.pathname.replace(/\/$/, '');
  const timeoutMs = options.timeoutMs ?? REQUEST_MS_MAX;

  return {
    async send({ method, path, body }, signal) {
      const isLarge = body.length >= GZIP_BYTES_MIN;
      const bytes = isLarge ? await compress(body, { level: GZIP_LEVEL }) : body;
      signal.throwIfAborted();
      const request = library.request(new URL(`${base}${path}`, endpoint), {
        method,
        agent,
        headers: {
          authorization: `Bearer ${options.serverKey}`,
          'content-type': 'application/json',
          'content-length': bytes.length,
          'user-agent': USER_AGENT,
          ...(isLarge && { 'content-encoding': 'gzip' }),
        },
      });
      return exchange(request, { bytes, timeoutMs, signal });
    },
    close: () => agent.destroy(),
  };
}

interface Exchange {
  readonly bytes: Buffer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

function exchange(request: http.ClientRequest, { bytes, timeoutMs, signal }: Exchange): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const abort = (): void => fail(signal.reason);
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const fail = (cause: unknown): void => {
      end();
      request.destroy();
      reject(signal.aborted ? signal.reason : noAnswer(cause));
    };
    // Counts from here to the last byte: a server that drips is as silent as one that does not answer.
    const timer = setTimeout(() => fail(`no whole answer within ${timeoutMs} ms`), timeoutMs).unref();
    signal.addEventListener('abort', abort, { once: true });
    request.on('socket', (socket) => socket.unref());
    request.on('error', fail);
    request.on('response', (response) => {
      readBody(response).then((text) => {
        end();
        resolve(toAnswer(response, text));
      }, fail);
    });
    request.end(bytes);
  });
}

function noAnswer(cause: unknown): TransportError {
  const message = cause instanceof Error ? cause.message || String(cause) : String(cause);
  return new TransportError('no_answer', `Expected an answer of the API, got none: ${message}`, { cause });
}

/** Listeners rather than an iterator: the answer of a full batch is a few bytes, and an iterator costs more than they do. */
function readBody(response: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= ANSWER_BYTES_MAX) return;
      const message = `Expected an answer of at most ${ANSWER_BYTES_MAX} bytes, got more.`;
      reject(new TransportError('answer_too_large', message));
    });
    response.on('error', reject);
    response.on('close', () => reject(new TransportError('answer_cut', 'Expected a whole answer, got a part of one.')));
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

function toAnswer(response: http.IncomingMessage, text: string): WireAnswer {
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], Date.now());
  return { status: response.statusCode ?? 0, retryAfterMs, body: parseJson(text) };
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3); undefined for anything else. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, or half of an answer: judged by its status.
    return undefined;
  }
}
