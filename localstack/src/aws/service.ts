/**
 * What the gateway asks of an AWS service that speaks JSON 1.1: one operation in, one answer out. Authentication, framing
 * and error bodies are the gateway's; a service throws `ServiceError` for every error that AWS documents.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DataLoafError } from '@dataloaf/core/errors';

export interface JsonRequest {
  readonly operation: string;
  readonly body: unknown;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface JsonApi {
  /** Service of the SigV4 credential scope, for example `redshift-data`. */
  readonly scope: string;
  /** Prefix of `X-Amz-Target`, for example `RedshiftData`. */
  readonly target: string;
  handle(request: JsonRequest): Promise<unknown>;
}

/** An answer that AWS documents as an error; `code` is the name of its exception. */
export class ServiceError extends DataLoafError {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}

/** 501 that names what is not emulated: a clear refusal is better than a guess. */
export const notImplemented = (service: string, operation: string): ServiceError =>
  new ServiceError(501, 'NotImplemented', `The local AWS does not emulate ${operation} of ${service}.`);

/** The same for an operation that the client named. One that is not on the list may be newer than the list. */
export const refuseOperation = (service: string, operation: string, refused: readonly string[]): ServiceError =>
  refused.includes(operation)
    ? notImplemented(service, operation)
    : new ServiceError(501, 'NotImplemented', `The local AWS does not know the operation ${operation} of ${service}.`);

/** A service whose bodies are not JSON and may be larger than memory: it reads and writes the streams itself. */
export interface StreamApi {
  readonly scope: string;
  /** Errors that it throws before the first byte of its answer become the gateway's 500. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The service's own form of an error. */
  fail(response: ServerResponse, error: ServiceError): void;
}
