/**
 * One HTTP request: compress, send, read the answer. The time and the size of the answer are bounded. Connections are
 * kept alive but do not keep the process alive: the caller that awaits an answer does (timing.ts).
 */
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DataLoafError } from '@dataloaf/core/errors';
import { ANSWER_BYTES_MAX, GZIP_BYTES_MIN, GZIP_LEVEL, REQUEST_MS_MAX } from '../limits.ts';
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
  /** Rejects with a TransportError when no whole answer arrives, and with the reason of the signal when aborted. */
  send(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>;
  close(): void;
}

/** No answer, or half of one: the API may or may not have the items. */
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
    // Covers the whole exchange, to the last byte: a server that drips counts as one that does not answer.
    const timer = setTimeout(() => fail(`no whole response within ${timeoutMs} ms`), timeoutMs).unref();
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

function toAnswer(response: http.IncomingMessage, text: string): WireAnswer {
  const status = response.statusCode ?? 0;
  const pauseMs = pauseAfter({ status, retryAfter: response.headers['retry-after'] }, Date.now());
  return { status, pauseMs, body: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The page of a proxy, or half an answer: the status decides.
    return undefined;
  }
}
