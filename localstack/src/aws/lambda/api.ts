/** The protocol of Lambda's own API, reduced to running a function by hand: Invoke, synchronous or as a dry run. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyReader, BodyResult } from '../../body-reader.ts';
import { accessDenied, accessKeyIn, type Identities } from '../identities.ts';
import { type RestAnswer, sendRest, sendRestError } from '../rest-json.ts';
import { notImplemented, ServiceError, type StreamApi } from '../service.ts';
import { REFUSED_HEADERS, refusedOperation } from './refused-operations.ts';
import { type InvokeResult, PAYLOAD_BYTES_MAX } from './runner.ts';

export interface LambdaApiOptions {
  /** Names of the functions that exist, and their names on AWS. */
  readonly functions: readonly { readonly name: string; readonly deployedName: string }[];
  /** Synchronous invocation. */
  readonly invoke: (name: string, event: unknown) => Promise<InvokeResult>;
  readonly identities: Identities;
}

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
/** A name or an ARN; `$LATEST` is the only version. */
const FUNCTION_NAME = /^(?:.*:function:)?([^:]+)(?::\$LATEST)?$/;

export class LambdaApi implements StreamApi {
  readonly scope = 'lambda';
  readonly #options: LambdaApiOptions;

  constructor(options: LambdaApiOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, bodies: BodyReader): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const match = request.method === 'POST' ? INVOCATIONS.exec(path) : null;
    if (match === null) throw notImplemented(this.scope, refusedOperation(request.method ?? '', path));
    const name = this.#nameOf(decodeURIComponent(match[1] ?? ''));
    const caller = this.#options.identities.of(accessKeyIn(request.headers.authorization));
    if (caller.invokes?.includes(name) === false) throw accessDenied(caller, 'lambda:InvokeFunction', 403);
    const type = invocationType(request);
    const body = await bodies.read(request, { maxBytes: PAYLOAD_BYTES_MAX });
    if (body.kind !== 'body') throw refusedBody(body.kind);
    try {
      const event = parseEvent(body.bytes);
      if (type === 'DryRun') return sendRest(response, { status: 204 });
      sendRest(response, answerOf(await this.#options.invoke(name, event)));
    } finally {
      body.release();
    }
  }

  fail(response: ServerResponse, error: ServiceError): void {
    const reason = error.status === 429 ? { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' } : {};
    sendRestError(response, error, { Type: 'User', ...reason });
  }

  #nameOf(given: string): string {
    const asked = FUNCTION_NAME.exec(given)?.[1] ?? given;
    const found = this.#options.functions.find(({ name, deployedName }) => asked === name || asked === deployedName);
    if (found !== undefined) return found.name;
    throw new ServiceError(404, 'ResourceNotFoundException', `Function not found: ${given}`);
  }
}

function invocationType({ headers }: IncomingMessage): 'RequestResponse' | 'DryRun' {
  for (const name of REFUSED_HEADERS) {
    if (headers[name] !== undefined) throw notImplemented('lambda', `Invoke with the header ${name}`);
  }
  if (headers['x-amz-log-type'] === 'Tail') throw notImplemented('lambda', 'Invoke with LogType Tail');
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'Event') throw notImplemented('lambda', 'Invoke with InvocationType Event');
  if (type === 'RequestResponse' || type === 'DryRun') return type;
  throw new ServiceError(400, 'InvalidParameterValueException', `Unknown invocation type: ${String(type)}`);
}

function refusedBody(kind: Exclude<BodyResult['kind'], 'body'>): ServiceError {
  switch (kind) {
    case 'too_large': {
      const message = `Request must be smaller than ${PAYLOAD_BYTES_MAX} bytes for the InvokeFunction operation`;
      return new ServiceError(413, 'RequestTooLargeException', message);
    }
    case 'busy':
      return new ServiceError(503, 'ServiceException', 'Too many bodies at once. Retry the request.');
    case 'too_slow':
      return new ServiceError(408, 'RequestTimeoutException', 'The body took too long.');
  }
}

function parseEvent(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    const event: unknown = JSON.parse(body.toString('utf8'));
    return event;
  } catch {
    // The parser's message would quote the body.
    throw new ServiceError(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

function answerOf(result: InvokeResult): RestAnswer {
  const executed = { 'x-amz-executed-version': '$LATEST' };
  switch (result.kind) {
    case 'ok':
      return { status: 200, headers: executed, json: JSON.stringify(result.payload) };
    case 'error': {
      const { errorType, message } = result;
      const json = JSON.stringify({ errorType, errorMessage: message, trace: [] });
      return { status: 200, headers: { ...executed, 'x-amz-function-error': 'Unhandled' }, json };
    }
    case 'too_large':
      throw new ServiceError(413, 'RequestTooLargeException', 'The event is larger than 6 MB.');
    case 'throttled':
      throw new ServiceError(429, 'TooManyRequestsException', 'Rate Exceeded.');
  }
}
