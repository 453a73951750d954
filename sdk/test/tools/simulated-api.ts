/**
 * The API without a network, for virtual time. Replaces Node's HTTP client until `restore()`.
 */
import http from 'node:http';
import { Readable, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { vi } from 'vitest';
import type { SeenItem } from './api-server.ts';

/**
 * `lost_answer`: accepts and breaks the connection. `some`: stores every second item and asks for the others again.
 * `stranger`: a balancer refuses the request.
 */
export type ApiMood = 'up' | 'refuses' | 'resets' | 'lost_answer' | 'fails' | 'some' | 'stranger';

export interface SimulatedApi {
  mood: () => ApiMood;
  /** Milliseconds from the end of a request to its answer. */
  latency: () => number;
  /** Number of requests so far. */
  readonly requests: () => number;
  restore(): void;
}

const STRANGE_STATUSES = [400, 413, 404, 308, 422] as const;
const GZIP_MAGIC = 0x1f;

export function simulateApi(onAccepted: (items: readonly SeenItem[]) => void): SimulatedApi {
  let requests = 0;
  const spy = vi.spyOn(http, 'request').mockImplementation(() => {
    requests += 1;
    // The client uses only the part of a request that a Writable with its events has.
    return new SimulatedRequest(api, onAccepted) as unknown as http.ClientRequest;
  });
  const api: SimulatedApi = {
    mood: () => 'up',
    latency: () => 1,
    requests: () => requests,
    restore: () => spy.mockRestore(),
  };
  return api;
}

class SimulatedRequest extends Writable {
  readonly #chunks: Buffer[] = [];
  readonly #api: SimulatedApi;
  readonly #onAccepted: (items: readonly SeenItem[]) => void;

  constructor(api: SimulatedApi, onAccepted: (items: readonly SeenItem[]) => void) {
    super({ autoDestroy: false });
    this.#api = api;
    this.#onAccepted = onAccepted;
    const socket = { ref: () => undefined, unref: () => undefined };
    queueMicrotask(() => this.emit('socket', socket));
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  override _final(done: () => void): void {
    done();
    setTimeout(() => this.#serve(), this.#api.latency());
  }

  #serve(): void {
    if (this.destroyed) return;
    const mood = this.#api.mood();
    const items = this.#items();
    const stored = mood === 'some' ? items.filter((_, index) => index % 2 === 0) : items;
    const retry = mood === 'some' ? items.flatMap((_, index) => (index % 2 === 0 ? [] : [{ index, id: null }])) : [];
    switch (mood) {
      case 'refuses':
        this.#break('ECONNREFUSED');
        break;
      case 'resets':
        this.#break('ECONNRESET');
        break;
      case 'fails':
        this.#answer(500, { error: { code: 'internal', message: 'as the test wants' } });
        break;
      case 'stranger':
        this.#answer(STRANGE_STATUSES[this.#api.requests() % STRANGE_STATUSES.length] ?? 400, {
          message: 'not the API',
        });
        break;
      case 'lost_answer':
        this.#onAccepted(stored);
        this.#break('ECONNRESET');
        break;
      case 'up':
      case 'some':
        this.#onAccepted(stored);
        this.#answer(retry.length > 0 ? 503 : 200, { accepted: stored.length, rejected: [], retry });
    }
  }

  #items(): readonly SeenItem[] {
    const bytes = Buffer.concat(this.#chunks);
    const text = bytes[0] === GZIP_MAGIC ? gunzipSync(bytes) : bytes;
    return Object.values(JSON.parse(text.toString()) as Record<string, SeenItem[]>)[0] ?? [];
  }

  #break(code: string): void {
    this.emit('error', Object.assign(new Error(code), { code }));
  }

  #answer(statusCode: number, body: object): void {
    const text = JSON.stringify(body);
    this.emit(
      'response',
      Object.assign(Readable.from([Buffer.from(text)]), { statusCode, headers: {}, headersDistinct: {} }),
    );
  }
}
