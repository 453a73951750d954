/** Functions with the probe's code: the target's own, or created here where the target can run them. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { type Opening, observeError } from '../case.ts';
import { lambdaClient } from '../clients.ts';
import { zipOf } from '../probe/zip.ts';
import type { FunctionResources, Target } from '../target.ts';

export interface LambdaPorts {
  readonly lambda: LambdaClient;
  readonly functions: FunctionResources;
}

const ROLE = 'dataloaf-contract';
const PROBE = new URL('../probe/probe-function.mjs', import.meta.url);
const ACTIVE_MS_MAX = 60_000;
const POLL_MS = 200;

export async function openLambda(target: Target): Promise<Opening<LambdaPorts>> {
  const lambda = lambdaClient(target);
  if (target.functions !== undefined) {
    const ports = { lambda, functions: target.functions };
    return { kind: 'opened', opened: { ports, close: async () => lambda.destroy() } };
  }
  const name = `dataloaf-contract-${randomUUID().slice(0, 8)}`;
  const functions = { probe: name, slow: `${name}-slow`, scheduled: name };
  const close = async (): Promise<void> => {
    // A function that was never created need not be removed.
    for (const FunctionName of [functions.probe, functions.slow]) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName })).catch(() => undefined);
    }
    lambda.destroy();
  };
  const evidence = await create(lambda, functions, target.endpoint).catch((error: unknown) =>
    JSON.stringify(observeError(error)),
  );
  if (evidence === undefined) return { kind: 'opened', opened: { ports: { lambda, functions }, close } };
  await close();
  return { kind: 'absent', evidence };
}

/** What the target returned instead of the probe's response; undefined when it returned that. */
async function create(lambda: LambdaClient, functions: FunctionResources, endpoint: string | undefined) {
  if (endpoint === undefined) return 'no --function and --slow-function were given';
  const Role = await createRole(endpoint);
  const ZipFile = zipOf('index.mjs', await readFile(PROBE));
  const code = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role, Code: { ZipFile } } as const;
  for (const [FunctionName, Timeout] of [
    [functions.probe, 29],
    [functions.slow, 1],
  ] as const) {
    await lambda.send(new CreateFunctionCommand({ ...code, FunctionName, Timeout }));
    await untilReady(lambda, FunctionName);
  }
  const reserved = { FunctionName: functions.slow, ReservedConcurrentExecutions: 1 };
  await lambda.send(new PutFunctionConcurrencyCommand(reserved));
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: functions.probe, Payload: Buffer.from('{"a":1}') }),
  );
  const text = answer.Payload?.transformToString() ?? '';
  return text === '{"a":1}' ? undefined : `a function that returns its event answers ${text.slice(0, 200)}`;
}

/** With the query protocol. Some emulators require that the role of a function exists. */
async function createRole(endpoint: string): Promise<string> {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: new URLSearchParams({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: ROLE,
      AssumeRolePolicyDocument: policy,
    }).toString(),
  });
  return /<Arn>([^<]+)<\/Arn>/.exec(await answer.text())?.[1] ?? `arn:aws:iam::000000000000:role/${ROLE}`;
}

async function untilReady(lambda: LambdaClient, name: string): Promise<void> {
  for (let waited = 0; waited < ACTIVE_MS_MAX; waited += POLL_MS) {
    const { State } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    if (State !== 'Pending') return;
    await sleep(POLL_MS);
  }
}
