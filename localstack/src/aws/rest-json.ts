/** Responses of the AWS services that use REST with JSON bodies. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ServiceError } from './service.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Serialized JSON; no body when absent. */
  readonly json?: string;
}

export function sendRest(response: ServerResponse, { status, headers = {}, json }: RestAnswer): void {
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  response.end(json);
}

/** The error code is in a header. `fields` are members that the service adds to the body. */
export function sendRestError(
  response: ServerResponse,
  error: ServiceError,
  fields: Readonly<Record<string, string>> = {},
): void {
  const json = JSON.stringify({ Message: error.message, message: error.message, ...fields });
  sendRest(response, { status: error.status, headers: { 'x-amzn-errortype': error.code }, json });
}
