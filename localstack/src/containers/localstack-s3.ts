/**
 * S3 from LocalStack: requests and responses pass through unchanged, as streams. The faults that tests inject are applied
 * first, as in our own S3, so the same test runs on both.
 */
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '@dataloaf/core/errors';
import { sendS3Error } from '../aws/s3/error.ts';
import { type S3Fault, takeS3Fault } from '../aws/s3/faults.ts';
import { parseS3Request } from '../aws/s3/request.ts';
import type { Storage } from '../aws/s3/storage.ts';
import { ServiceError } from '../aws/service.ts';
import type { Faults } from '../faults.ts';
import type { LocalStackBuckets } from './localstack-buckets.ts';

/** Longest silence during a request. A LocalStack that is paused for less time is waited for. */
const SILENCE_MS = 60_000;

/** Headers of a single connection. The gateway has already handled a client's `expect`. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'expect', 'upgrade'];

export class LocalStackS3 implements Storage {
  readonly scope = 's3';
  readonly #target: { readonly hostname: string; readonly port: string };
  readonly #buckets: LocalStackBuckets;
  readonly #faults: Faults;

  constructor(options: { readonly url: string; readonly buckets: LocalStackBuckets; readonly faults: Faults }) {
    const { hostname, port } = new URL(options.url);
    this.#target = { hostname, port };
    this.#buckets = options.buckets;
    this.#faults = options.faults;
  }

  ensureBuckets(names: readonly string[]): Promise<void> {
    return this.#buckets.ensure(names);
  }

  status(): ReturnType<Storage['status']> {
    return this.#buckets.objects();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#faultFor(request);
    if (fault?.isAfter === false) throw fault.error;
    this.#refuseWhenLost();
    const answer = await this.#forward(request);
    try {
      if (answer.statusCode === 404) await this.#buckets.check();
      this.#refuseWhenLost();
      if (fault !== undefined) throw fault.error;
    } catch (error) {
      answer.destroy();
      throw error;
    }
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    await pipeline(answer, response);
  }

  fail(response: ServerResponse, error: ServiceError): void {
    sendS3Error(response, error);
  }

  /** Operations that only LocalStack has are unknown here and get no fault. */
  #faultFor(request: IncomingMessage): S3Fault | undefined {
    try {
      return takeS3Fault(this.#faults, parseS3Request(request.method ?? '', request.url ?? '/', request.headers));
    } catch (error) {
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }

  #refuseWhenLost(): void {
    const { loss } = this.#buckets;
    if (loss !== undefined) throw new ServiceError(503, 'ServiceUnavailable', loss.message);
  }

  /** A new connection for each request: the other side may close a kept one just when it is reused. */
  #forward(request: IncomingMessage): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const onward = send(
        // Not `new URL(request.url)`: it would resolve `..` inside a key.
        {
          ...this.#target,
          path: request.url,
          method: request.method,
          headers: endToEnd(request.headers),
          agent: false,
        },
        (answer) => {
          isAnswered = true;
          if ((answer.statusCode ?? 0) < 500) this.#buckets.availability.present();
          resolve(answer);
        },
      );
      onward.setTimeout(SILENCE_MS, () => onward.destroy(new Error(`no response within ${SILENCE_MS / 1_000} s`)));
      onward.once('error', (error) => {
        const hasClientLeft = request.destroyed && !request.complete;
        if (isAnswered || hasClientLeft) return reject(error);
        this.#buckets.availability.missing(messageOf(error));
        reject(new ServiceError(503, 'ServiceUnavailable', `LocalStack is not responding: ${messageOf(error)}`));
      });
      // The handler above reports its failure.
      pipeline(request, onward).catch(() => undefined);
    });
  }
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
