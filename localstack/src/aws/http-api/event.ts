/** Payload format 2.0 of API Gateway's HTTP APIs: the event that a function receives and the response that it returns. Pure. */
import { isUtf8 } from 'node:buffer';

export interface HttpRequest {
  readonly method: string;
  /** Path and query, unchanged. */
  readonly url: string;
  /** Every value of a header, names in lower case. */
  readonly headers: NodeJS.Dict<string[]>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly timeMs: number;
  readonly requestId: string;
}

export interface MatchedRoute {
  /** For example `PATCH /v1/users/{user_id}`. */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

export function httpEvent(request: HttpRequest, route: MatchedRoute): Readonly<Record<string, unknown>> {
  const [rawPath = '/', rawQueryString = ''] = request.url.split(/\?(.*)/s);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, values]) => [name, values?.join(',') ?? '']));
  const query = queryParameters(rawQueryString);
  const isText = isTextBody(headers, request.body);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.flatMap((line) => line.split(/; */)) }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(Object.keys(route.pathParameters).length === 0 ? {} : { pathParameters: route.pathParameters }),
    requestContext: contextOf(request, { rawPath, routeKey: route.routeKey, headers }),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** A value without `statusCode` is the body of a 200. Returns undefined for an invalid response. */
export function httpAnswer(payload: unknown): HttpAnswer | undefined {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) return bareAnswer(payload);
  const fields = new Map<string, unknown>(Object.entries(payload));
  const status = Number(fields.get('statusCode'));
  const body = fields.get('body') ?? '';
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') return undefined;
  const headers = textValues(fields.get('headers'));
  const cookies = fields.get('cookies');
  return {
    status,
    headers:
      'content-type' in headers || body === '' ? headers : { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(body, fields.get('isBase64Encoded') === true ? 'base64' : 'utf8'),
  };
}

function bareAnswer(payload: unknown): HttpAnswer {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
}

function textValues(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** A body is passed as text when it has a text type and is not compressed; anything else would be damaged as a string. */
function isTextBody(headers: Readonly<Record<string, string>>, body: Buffer): boolean {
  const encoding = headers['content-encoding'] ?? 'identity';
  const type = headers['content-type'] ?? '';
  return (
    encoding === 'identity' && /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript)\b)/i.test(type) && isUtf8(body)
  );
}

function queryParameters(search: string): Readonly<Record<string, string>> | undefined {
  if (search === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** `12/Mar/2020:19:03:58 +0000`, the format of access logs. */
function commonLogTime(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

interface RequestFacts {
  readonly rawPath: string;
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string>>;
}

function contextOf(
  request: HttpRequest,
  { rawPath, routeKey, headers }: RequestFacts,
): Readonly<Record<string, unknown>> {
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName: headers['host'] ?? '',
    domainPrefix: 'local',
    http: {
      method: request.method,
      path: rawPath,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: request.requestId,
    routeKey,
    stage: '$default',
    time: commonLogTime(request.timeMs),
    timeEpoch: request.timeMs,
  };
}
