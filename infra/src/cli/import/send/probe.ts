/** Checks, before the import sends anything, that the API responds and accepts the key. An empty batch changes nothing. */
import { ROUTES } from '@dataloaf/core/api';
import { ConfigError, messageOf } from '@dataloaf/core/errors';
import { UnreachableError } from '../../errors.ts';
import type { ApiAccess } from '../../target.ts';

const PAUSE_MS = 500;
const REQUEST_MS_MAX = 10_000;

/** @throws ConfigError when the key is refused, UnreachableError when the API does not respond in time */
export async function probe(
  target: ApiAccess,
  options: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + options.patienceMs;
  for (;;) {
    const trouble = await attempt(target, Math.max(1, Math.min(REQUEST_MS_MAX, deadline - Date.now())));
    if (trouble === undefined || options.signal.aborted) return;
    if (Date.now() + PAUSE_MS >= deadline) {
      throw new UnreachableError('api_unreachable', `Expected ${target.endpoint} to respond, got: ${trouble}`, {
        hint: 'Nothing was sent. Check the address and that the API is running, then run the same command again.',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** @returns a fault that may pass, undefined when all is well */
async function attempt({ endpoint, serverKey }: ApiAccess, timeoutMs: number): Promise<string | undefined> {
  const { method, path } = ROUTES.createEvents;
  try {
    const response = await fetch(`${endpoint.replace(/\/+$/, '')}${path}`, {
      method,
      headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
      body: '{"events":[]}',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    if (response.status === 401 || response.status === 403) throw refused(endpoint, response.status);
    if (response.status === 404) throw notAnApi(endpoint);
    return response.status >= 500 || response.status === 429 ? `status ${response.status}` : undefined;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
  }
}

const refused = (endpoint: string, status: number): ConfigError =>
  new ConfigError('key_refused', `Expected ${endpoint} to accept the server key, got status ${status}.`, {
    hint: 'Use a server key (dl_s_...) of this deployment.',
  });

const notAnApi = (endpoint: string): ConfigError =>
  new ConfigError('not_an_api', `Expected a DataLoaf API at ${endpoint}, got status 404.`, {
    hint: 'Pass the address without a path, such as http://127.0.0.1:4318.',
  });
