/** What API Gateway's HTTP API hands to a Lambda and takes from it: payload format 2.0, as far as we use it. */
import type { ErrorAnswer } from '../api.ts';
import type { RequestError } from '../errors.ts';

export interface HttpRequest {
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly requestContext: { readonly requestId: string };
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonAnswer(
  statusCode: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function errorAnswer(error: RequestError): HttpAnswer {
  const { code, message, hint } = error;
  const body: ErrorAnswer = { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  return jsonAnswer(error.status, body, error.status === 503 ? { 'retry-after': '1' } : {});
}
