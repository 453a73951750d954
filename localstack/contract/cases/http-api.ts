/** The contract of API Gateway's HTTP APIs in front of a function, payload format 2.0. */
import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { type Case, type Json, type Opening, suite } from '../case.ts';
import type { Target } from '../target.ts';

const GUIDE = 'Amazon API Gateway Developer Guide';
const FORMAT = `${GUIDE}, Create AWS Lambda proxy integrations for HTTP APIs`;
const EVENT = `${FORMAT}, Payload format version 2.0`;
const ANSWER = `${FORMAT}, Lambda function response for format 2.0`;
const ROUTES = `${GUIDE}, Create routes for HTTP APIs`;
const QUOTAS = `${GUIDE}, Quotas for configuring and running an HTTP API`;

interface HttpPorts {
  readonly url: string;
}

async function open({ httpApi, endpoint }: Target): Promise<Opening<HttpPorts>> {
  if (httpApi !== undefined) {
    return { kind: 'opened', opened: { ports: { url: httpApi }, close: async () => undefined } };
  }
  if (endpoint === undefined) return { kind: 'absent', evidence: 'no --http-api was given' };
  return { kind: 'absent', evidence: await tryApi({ url: endpoint }) };
}

/** Creates and calls an API, where the target has none: we know of no emulator besides ours that can run one. */
async function tryApi(ports: HttpPorts): Promise<string> {
  const made = await send(ports, {
    path: '/v2/apis',
    method: 'POST',
    headers: { authorization: SIGNED, 'content-type': 'application/json' },
    body: '{"name":"dataloaf-contract","protocolType":"HTTP"}',
  });
  const id = /"apiId": ?"([a-z0-9]+)"/.exec(made.body.toString('utf8'))?.[1];
  if (id === undefined) return `CreateApi answers ${made.status}`;
  const host = `${id}.execute-api.us-east-1.amazonaws.com`;
  const called = await send(ports, { path: '/probe', headers: { host } });
  return `an API can be made, a call of it answers ${called.status} ${called.body.toString('utf8').slice(0, 60)}`;
}

/** The start of a signature, in which emulators find the service. */
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0';

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** With Node's own client, which sends every header unchanged. */
function send({ url }: HttpPorts, { path, method = 'GET', headers = {}, body = '' }: Sent): Promise<Answer> {
  const base = new URL(url);
  const open = base.protocol === 'https:' ? requestTls : request;
  return new Promise((resolve, reject) => {
    const sent = open(base.origin + path, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The event that the function received and returned. */
async function eventOf(ports: HttpPorts, sent: Sent): Promise<Record<string, Json>> {
  const { body } = await send(ports, sent);
  const event: Record<string, Json> = JSON.parse(body.toString('utf8'));
  return event;
}

/** The response to a client when the function returns `returned`. */
async function answerTo(ports: HttpPorts, returned: unknown): Promise<Answer> {
  return send(ports, { path: '/probe', headers: { 'x-probe-answer': JSON.stringify(returned) } });
}

const textOf = ({ status, headers, body }: Answer): Json => ({
  status,
  type: String(headers['content-type'] ?? ''),
  body: body.toString('utf8'),
});

const messageOf = ({ status, body }: Answer): Json => ({ status, body: JSON.parse(body.toString('utf8')) });

const EVENT_CASES: readonly Case<HttpPorts>[] = [
  {
    id: 'http-api.event',
    rule: 'an event contains version, route, raw path and raw query',
    source: EVENT,
    expected: {
      version: '2.0',
      route: 'GET /probe/{id}',
      path: '/probe/a%40b',
      query: 'x=1&x=%C3%BC',
      isBase64: false,
    },
    observe: async (ports) => {
      const event = await eventOf(ports, { path: '/probe/a%40b?x=1&x=%C3%BC' });
      return {
        version: event['version'] ?? null,
        route: event['routeKey'] ?? null,
        path: event['rawPath'] ?? null,
        query: event['rawQueryString'] ?? null,
        isBase64: event['isBase64Encoded'] ?? null,
      };
    },
  },
  {
    id: 'http-api.query',
    rule: 'the values of a repeated query parameter are joined by a comma',
    source: EVENT,
    expected: { x: '1,ü', y: '' },
    observe: async (ports) =>
      (await eventOf(ports, { path: '/probe?x=1&x=%C3%BC&y=' }))['queryStringParameters'] ?? null,
  },
  {
    id: 'http-api.no-query',
    rule: 'without a query there are no queryStringParameters, and without a body no body',
    source: EVENT,
    expected: { query: false, body: false },
    observe: async (ports) => {
      const event = await eventOf(ports, { path: '/probe' });
      return { query: 'queryStringParameters' in event, body: 'body' in event };
    },
  },
  {
    id: 'http-api.path-parameter',
    rule: 'a path parameter is decoded',
    source: `${GUIDE}, Transform API requests and responses for HTTP APIs; ${EVENT}`,
    expected: { id: 'a@b c' },
    observe: async (ports) => (await eventOf(ports, { path: '/probe/a%40b%20c' }))['pathParameters'] ?? null,
  },
  {
    id: 'http-api.headers',
    rule: 'header names are in lower case, and the values of a repeated header are joined by a comma',
    source: EVENT,
    expected: '1,2',
    observe: async (ports) => {
      const event = await eventOf(ports, { path: '/probe', headers: { 'X-Twice': ['1', '2'] } });
      const headers = event['headers'];
      return typeof headers === 'object' && headers !== null && 'x-twice' in headers
        ? (headers['x-twice'] ?? null)
        : null;
    },
  },
  {
    id: 'http-api.cookies',
    rule: 'cookies are in a separate list',
    source: EVENT,
    expected: ['a=1', 'b=2'],
    observe: async (ports) =>
      (await eventOf(ports, { path: '/probe', headers: { cookie: 'a=1; b=2' } }))['cookies'] ?? null,
  },
  {
    id: 'http-api.context',
    rule: 'the request context contains method, path and protocol, the stage $default and the time in two formats',
    source: EVENT,
    expected: { method: 'GET', path: '/probe', protocol: 'HTTP/1.1', stage: '$default', time: true, epoch: true },
    observe: async (ports) => {
      const { requestContext } = await eventOf(ports, { path: '/probe' });
      const of = (value: Json | undefined, name: string): Json =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? (Reflect.get(value, name) ?? null)
          : null;
      const http = of(requestContext, 'http');
      return {
        method: of(http, 'method'),
        path: of(http, 'path'),
        protocol: of(http, 'protocol'),
        stage: of(requestContext, 'stage'),
        // For example 12/Mar/2020:19:03:58 +0000.
        time: /^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/.test(String(of(requestContext, 'time'))),
        epoch: Number.isSafeInteger(of(requestContext, 'timeEpoch')),
      };
    },
  },
  {
    id: 'http-api.text-body',
    rule: 'a JSON body is passed as text',
    source: EVENT,
    expected: { body: '{"a":"ü"}', isBase64: false },
    observe: async (ports) => {
      const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":"ü"}' };
      const event = await eventOf(ports, { path: '/probe', ...json });
      return { body: event['body'] ?? null, isBase64: event['isBase64Encoded'] ?? null };
    },
  },
  {
    id: 'http-api.binary-body',
    rule: 'a binary body is passed in base64',
    source: `${EVENT}, isBase64Encoded`,
    expected: { body: 'H4sA/w==', isBase64: true },
    observe: async (ports) => {
      const binary = {
        headers: { 'content-type': 'application/octet-stream' },
        body: Buffer.from([0x1f, 0x8b, 0, 255]),
      };
      const event = await eventOf(ports, { path: '/probe', method: 'POST', ...binary });
      return { body: event['body'] ?? null, isBase64: event['isBase64Encoded'] ?? null };
    },
  },
];

const ANSWER_CASES: readonly Case<HttpPorts>[] = [
  {
    id: 'http-api.inferred-answer',
    rule: 'a return value without statusCode is the JSON body of a 200',
    source: ANSWER,
    expected: { status: 200, type: 'application/json', body: '{"a":1}' },
    observe: async (ports) => textOf(await answerTo(ports, { a: 1 })),
  },
  {
    id: 'http-api.answer',
    rule: 'the function chooses status, headers and body',
    source: ANSWER,
    expected: { status: 207, type: 'text/csv', body: 'a,b' },
    observe: async (ports) => {
      const returned = { statusCode: 207, headers: { 'Content-Type': 'text/csv' }, body: 'a,b' };
      return textOf(await answerTo(ports, returned));
    },
  },
  {
    id: 'http-api.binary-answer',
    rule: 'a body that is marked as base64 is sent decoded',
    source: `${ANSWER}, isBase64Encoded`,
    expected: [31, 139, 0, 255],
    observe: async (ports) => {
      const returned = { statusCode: 200, isBase64Encoded: true, body: 'H4sA/w==' };
      return [...(await answerTo(ports, returned)).body];
    },
  },
  {
    id: 'http-api.answer-cookies',
    rule: 'each cookie of the response becomes a set-cookie header',
    source: ANSWER,
    expected: ['a=1; Path=/', 'b=2'],
    observe: async (ports) =>
      [
        (await answerTo(ports, { statusCode: 200, cookies: ['a=1; Path=/', 'b=2'] })).headers['set-cookie'] ?? [],
      ].flat(),
  },
  {
    id: 'http-api.malformed-answer',
    rule: 'an invalid response is a 500 that reveals no details',
    source: `${GUIDE}, Troubleshooting issues with HTTP API Lambda integrations`,
    expected: { status: 500, body: { message: 'Internal Server Error' } },
    observe: async (ports) => messageOf(await answerTo(ports, { statusCode: 'no number', body: 'x' })),
  },
  {
    id: 'http-api.function-error',
    rule: 'an error of the function is a 500 that reveals no details',
    source: `${GUIDE}, Troubleshooting issues with HTTP API Lambda integrations`,
    expected: { status: 500, body: { message: 'Internal Server Error' } },
    observe: async (ports) => messageOf(await send(ports, { path: '/probe', headers: { 'x-probe-answer': 'throw' } })),
  },
  {
    id: 'http-api.no-route',
    rule: 'a path or a method without a route is a 404',
    source: ROUTES,
    expected: {
      path: { status: 404, body: { message: 'Not Found' } },
      method: { status: 404, body: { message: 'Not Found' } },
    },
    observe: async (ports) => ({
      path: messageOf(await send(ports, { path: '/absent' })),
      method: messageOf(await send(ports, { path: '/probe', method: 'DELETE' })),
    }),
  },
  {
    id: 'http-api.most-specific-route',
    rule: 'a route without a parameter takes precedence over one with a parameter',
    source: `${ROUTES}, Routing API requests`,
    expected: 'GET /probe/fixed',
    observe: async (ports) => (await eventOf(ports, { path: '/probe/fixed' }))['routeKey'] ?? null,
  },
  {
    id: 'http-api.body-limit',
    rule: 'a body above 10 MB is refused with a 413',
    source: QUOTAS,
    expected: { status: 413, body: { message: 'Request Entity Too Large' } },
    observe: async (ports) => {
      const body = Buffer.alloc(10 * 1024 * 1024 + 1, 'x');
      return messageOf(await send(ports, { path: '/probe', method: 'POST', body }));
    },
  },
];

export const HTTP_API_SUITE = suite('http-api', open, [...EVENT_CASES, ...ANSWER_CASES]);
