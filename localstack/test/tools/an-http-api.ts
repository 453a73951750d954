/** An HTTP API in front of functions that are closures. */
import type { RouteSpec } from '@dataloaf/infra/deployment';
import { HttpApi, type HttpApiOptions } from '../../src/aws/http-api/api.ts';
import type { InvokeResult } from '../../src/aws/lambda/runner.ts';
import { Clock } from '../../src/clock.ts';
import { silentLog } from './aws-fixture.ts';

const ROUTES: readonly RouteSpec[] = [
  { method: 'PATCH', path: '/v1/users/{user_id}', function: 'merge' },
  { method: 'PATCH', path: '/v1/users/me', function: 'loader' },
  { method: 'POST', path: '/v1/events', function: 'ingest' },
  { method: 'GET', path: '/health', function: 'ingest' },
];

const apis: HttpApi[] = [];

/** In `afterEach`. */
export async function stopApis(): Promise<void> {
  for (const api of apis.splice(0)) await api.stop();
}

export interface Call {
  readonly name: string;
  readonly event: unknown;
}

/** An API whose functions return `result`, and the calls that they received. */
export async function anApi(
  result: InvokeResult | ((event: unknown) => Promise<InvokeResult>) = { kind: 'ok', payload: { statusCode: 200 } },
  more: Partial<HttpApiOptions> = {},
) {
  const calls: Call[] = [];
  const api = new HttpApi({
    ...more,
    routes: ROUTES,
    invoke: async (name, event) => {
      calls.push({ name, event });
      return typeof result === 'function' ? await result(event) : result;
    },
    clock: new Clock({ wall: () => Date.parse('2026-11-22T10:00:00.000Z') }),
    log: silentLog(),
    port: 0,
  });
  apis.push(api);
  await api.start();
  return { api, calls };
}
