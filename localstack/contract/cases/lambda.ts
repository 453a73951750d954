/** The contract of Lambda's Invoke, for synchronous and dry calls. */
import { InvokeCommand, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import { accepted, type Case, type Json, observeError, suite } from '../case.ts';
import { type LambdaPorts, openLambda } from './lambda-ports.ts';

const API = 'AWS Lambda API Reference';
const GUIDE = 'AWS Lambda Developer Guide';
const QUOTAS = `${GUIDE}, Lambda quotas, Function configuration, deployment, and execution`;
const MB = 1024 * 1024;

interface Invocation {
  readonly status: number;
  readonly error: string | null;
  readonly version: string | null;
  readonly payload: unknown;
}

async function invoke({ lambda, functions }: LambdaPorts, event: unknown, input: Partial<InvokeCommandInput> = {}) {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await lambda.send(new InvokeCommand({ FunctionName: functions.probe, Payload, ...input }));
  const text = answer.Payload?.transformToString() ?? '';
  const invocation: Invocation = {
    status: answer.StatusCode ?? 0,
    error: answer.FunctionError ?? null,
    version: answer.ExecutedVersion ?? null,
    payload: text === '' ? null : JSON.parse(text),
  };
  return invocation;
}

const fieldOf = (payload: unknown, name: string): unknown =>
  typeof payload === 'object' && payload !== null ? Reflect.get(payload, name) : undefined;

const CASES: readonly Case<LambdaPorts>[] = [
  {
    id: 'lambda.invoke',
    rule: 'a synchronous call passes the event to the function and returns its result',
    source: `${API}, Invoke, Response Elements`,
    expected: { status: 200, error: null, version: '$LATEST', payload: { a: [1, 'ü', null] } },
    observe: async (ports) => toJson(await invoke(ports, { a: [1, 'ü', null] })),
  },
  {
    id: 'lambda.nothing',
    rule: 'a function that returns nothing has the result null',
    source: `${GUIDE}, Define Lambda function handler in Node.js`,
    expected: { status: 200, error: null, version: '$LATEST', payload: null },
    observe: async (ports) => toJson(await invoke(ports, { probe: 'nothing' })),
  },
  {
    id: 'lambda.function-error',
    rule: 'an error of the function is a 200 with FunctionError, and the payload is the error',
    source: `${API}, Invoke; ${GUIDE}, Node.js function errors`,
    expected: { status: 200, error: 'Unhandled', type: 'TypeError', message: 'as asked' },
    observe: async (ports) => {
      const { status, error, payload } = await invoke(ports, { probe: 'throw' });
      const type = String(fieldOf(payload, 'errorType'));
      return { status, error, type, message: String(fieldOf(payload, 'errorMessage')) };
    },
  },
  {
    id: 'lambda.timeout',
    rule: 'a function that exceeds its timeout ends with an error that says so',
    source: `${GUIDE}, Troubleshoot invocation issues: function timeouts`,
    expected: { status: 200, error: 'Unhandled', saysSo: true },
    observe: async (ports) => {
      const slow = { FunctionName: ports.functions.slow };
      const { status, error, payload } = await invoke(ports, { probe: 'sleep', ms: 5_000 }, slow);
      const saysSo = String(fieldOf(payload, 'errorMessage')).includes('Task timed out after 1.00 seconds');
      return { status, error, saysSo };
    },
  },
  {
    id: 'lambda.context',
    rule: 'the context contains name, ARN, version and the remaining time',
    source: `${GUIDE}, Using the Lambda context object to retrieve Node.js function information`,
    expected: { name: true, arn: true, version: '$LATEST', remaining: true },
    observe: async (ports) => toJson((await invoke(ports, { probe: 'context' })).payload),
  },
  {
    id: 'lambda.arn',
    rule: 'a function can also be called by its ARN',
    source: `${API}, Invoke, FunctionName`,
    expected: { status: 200, payload: 1 },
    observe: async (ports) => {
      const FunctionName = String((await invoke(ports, { probe: 'arn' })).payload);
      const { status, payload } = await invoke(ports, 1, { FunctionName });
      return { status, payload: toJson(payload) };
    },
  },
  {
    id: 'lambda.unknown-function',
    rule: 'a call of a function that does not exist fails with ResourceNotFoundException',
    source: `${API}, Invoke, Errors`,
    expected: { status: 404, code: 'ResourceNotFoundException' },
    observe: (ports) => accepted(invoke(ports, {}, { FunctionName: 'dataloaf-contract-absent' })),
  },
  {
    id: 'lambda.not-json',
    rule: 'an event that is not JSON fails with InvalidRequestContentException',
    source: `${API}, Invoke, Errors`,
    expected: { status: 400, code: 'InvalidRequestContentException' },
    observe: (ports) => accepted(invoke(ports, {}, { Payload: Buffer.from('{no json') })),
  },
  {
    id: 'lambda.event-limit',
    rule: 'an event has at most 6 MB',
    source: `${API}, Invoke, Errors; ${QUOTAS}`,
    expected: { most: 200, more: { status: 413, code: 'RequestTooLargeException' } },
    observe: async (ports) => ({
      most: (await invoke(ports, { probe: 'nothing', fill: 'x'.repeat(6 * MB - 100) })).status,
      more: await accepted(invoke(ports, 'x'.repeat(6 * MB + 1))).catch(observeError),
    }),
  },
  {
    id: 'lambda.answer-limit',
    rule: 'a result above 6 MB is an error of the function',
    source: QUOTAS,
    expected: { status: 200, error: 'Unhandled', type: 'Function.ResponseSizeTooLarge' },
    observe: async (ports) => {
      const { status, error, payload } = await invoke(ports, { probe: 'large', bytes: 6 * MB + 1 });
      return { status, error, type: String(fieldOf(payload, 'errorType')) };
    },
  },
  {
    id: 'lambda.dry-run',
    rule: 'a dry run calls nothing and returns 204, but checks that the function exists',
    source: `${API}, Invoke, InvocationType and StatusCode`,
    expected: { status: 204, payload: null, absent: { status: 404, code: 'ResourceNotFoundException' } },
    observe: async (ports) => {
      const dry = { InvocationType: 'DryRun' } as const;
      const { status, payload } = await invoke(ports, { probe: 'throw' }, dry);
      const absent = { FunctionName: 'dataloaf-contract-absent', ...dry };
      return {
        status,
        payload: toJson(payload),
        absent: await accepted(invoke(ports, {}, absent)).catch(observeError),
      };
    },
  },
  {
    id: 'lambda.concurrency',
    rule: 'a call above the reserved concurrency is throttled at once with a 429',
    source: `${API}, Invoke, Errors; ${GUIDE}, Configuring reserved concurrency for a function`,
    expected: { passed: 1, refused: { status: 429, code: 'TooManyRequestsException' } },
    observe: async (ports) => {
      const slow = { FunctionName: ports.functions.slow };
      const calls = [1, 2].map(() => invoke(ports, { probe: 'sleep', ms: 500 }, slow));
      const ends = await Promise.allSettled(calls);
      const refused = ends.find((end) => end.status === 'rejected');
      return {
        passed: ends.filter((end) => end.status === 'fulfilled').length,
        refused: refused === undefined ? null : observeError(refused.reason),
      };
    },
  },
];

/** The value was transferred as JSON, so it is JSON. */
function toJson(value: unknown): Json {
  const json: Json = JSON.parse(JSON.stringify(value ?? null));
  return json;
}

export const LAMBDA_SUITE = suite('lambda', openLambda, CASES);
