/** The request and the response of a Lambda under an API Gateway HTTP API: payload format 2.0, as far as we use it. */
import type { ErrorAnswer } from '../api.ts';
import type { RequestError } from '../errors.ts';

export interface HttpRequest {
  /** `routeKey` of `api.ts` makes it from a route. */
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly requestContext: { readonly requestId: string };
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

/** API Gateway passes names in lower case, with repeated headers joined by commas. A direct invocation may not. */
export function headerOf({ headers }: Pick<HttpRequest, 'headers'>, name: Lowercase<string>): string | undefined {
  const value = headers[name];
  if (value !== undefined) return value;
  return Object.entries(headers).find(([sent]) => sent.toLowerCase() === name)?.[1];
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Seconds after which a client may retry a request that got 503. */
const RETRY_AFTER_S = 1;

/** A response with a JSON body. Every 503 carries `Retry-After`. */
export function jsonAnswer(statusCode: number, body: object): HttpAnswer {
  const retryAfter = statusCode === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {};
  return { statusCode, headers: { 'content-type': 'application/json', ...retryAfter }, body: JSON.stringify(body) };
}

export function errorAnswer(error: RequestError): HttpAnswer {
  const { code, message, hint } = error;
  const body: ErrorAnswer = { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  return jsonAnswer(error.status, body);
}
