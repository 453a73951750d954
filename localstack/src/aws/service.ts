/**
 * The interfaces between the gateway and the AWS services. A JSON 1.1 service gets one operation and returns one response;
 * the gateway does the framing and the error bodies. A service throws `ServiceError` for every error that AWS documents.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DataLoafError } from '@dataloaf/core/errors';
import type { BodyReader } from '../body-reader.ts';

export interface JsonRequest {
  readonly operation: string;
  readonly body: unknown;
  /** The caller's, from the signature. */
  readonly accessKey: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface JsonApi {
  /** Name in the SigV4 credential scope, for example `redshift-data`. */
  readonly scope: string;
  /** Prefix of `X-Amz-Target`, for example `RedshiftData`. */
  readonly target: string;
  handle(request: JsonRequest): Promise<unknown>;
}

/** A documented error of AWS; `code` is the name of its exception. */
export class ServiceError extends DataLoafError {
  override readonly name = 'ServiceError';
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}

/** A 501 that names the operation: a clear refusal is better than a guess. */
export const notImplemented = (service: string, operation: string): ServiceError =>
  new ServiceError(501, 'NotImplemented', `The local AWS does not emulate ${operation} of ${service}.`);

/** The same for an operation that the client named. An operation that is not on the list may be newer than the list. */
export const refuseOperation = (service: string, operation: string, refused: readonly string[]): ServiceError =>
  refused.includes(operation)
    ? notImplemented(service, operation)
    : new ServiceError(501, 'NotImplemented', `The local AWS does not know the operation ${operation} of ${service}.`);

/** A service with its own body format, or bodies larger than memory. It reads and writes the streams itself. */
export interface StreamApi {
  readonly scope: string;
  /** Reads a body that fits into memory through `bodies`. The gateway turns an error before the first byte into a 500. */
  handle(request: IncomingMessage, response: ServerResponse, bodies: BodyReader): Promise<void>;
  /** Sends an error in the service's own format. */
  fail(response: ServerResponse, error: ServiceError): void;
}
