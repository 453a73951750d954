import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type ForwardProxy, startForwardProxy } from '../tools/forward-proxy.ts';
import { aClient, aFolder, anApi, KEY, runScript } from '../tools/test-client.ts';

/** Node 22.21 and 24.5 or later. Node 20 has no proxy of its own, and there the variables change nothing. */
const HAS_PROXY = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');

const proxies: ForwardProxy[] = [];
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.stop();
});

async function aProxy(): Promise<ForwardProxy> {
  const proxy = await startForwardProxy();
  proxies.push(proxy);
  return proxy;
}

async function runProgram(endpoint: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const { output, ended } = runScript('proxy-script.ts', {
    DATALOAF_ENDPOINT: endpoint,
    DATALOAF_SERVER_KEY: KEY,
    TEST_DIR: aFolder(),
    TEST_TIMEOUT: '5000',
    ...env,
  });
  await ended;
  return JSON.parse(output());
}

describe(`a proxy on Node ${process.versions.node}`, () => {
  it.each([
    { name: 'NODE_USE_ENV_PROXY', env: { NODE_USE_ENV_PROXY: '1' }, isUsed: HAS_PROXY },
    { name: '--use-env-proxy', env: HAS_PROXY ? { NODE_OPTIONS: '--use-env-proxy' } : {}, isUsed: HAS_PROXY },
    { name: 'NO_PROXY', env: { NODE_USE_ENV_PROXY: '1', NO_PROXY: '127.0.0.1' }, isUsed: false },
    { name: 'nothing', env: {}, isUsed: false },
  ])('of HTTP_PROXY is used or not, as Node does with $name', async ({ env, isUsed }) => {
    const api = await anApi();
    const proxy = await aProxy();

    const result = await runProgram(api.endpoint, { ...env, HTTP_PROXY: proxy.url });

    expect(result).toMatchObject({ delivered: 1, persisted: 0, dropped: 0 });
    expect(api.accepted).toHaveLength(1);
    expect(proxy.seen).toEqual(isUsed ? [`POST ${api.endpoint}/v1/events`] : []);
  });

  it('of HTTPS_PROXY gets a tunnel for an https endpoint, and items are kept when it refuses', async () => {
    const proxy = await aProxy();
    const env = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy.url, TEST_TIMEOUT: '300' };

    const result = await runProgram('https://dataloaf.invalid', env);

    expect(result).toMatchObject({ delivered: 0, persisted: 1, dropped: 0 });
    expect(new Set(proxy.seen)).toEqual(new Set(HAS_PROXY ? ['CONNECT dataloaf.invalid:443'] : []));
  });

  it('is reached through the option agent, which the client does not close', async () => {
    const api = await anApi();
    const agent = new OwnAgent({ keepAlive: true });
    const { client } = aClient({ endpoint: api.endpoint, agent });

    client.createEvent({ name: 'paid', userId: 'u1' });
    await client.shutdown();

    expect(api.accepted).toHaveLength(1);
    expect([agent.connections, agent.isDestroyed]).toEqual([1, false]);
    agent.destroy();
  });
});

class OwnAgent extends http.Agent {
  connections = 0;
  isDestroyed = false;

  override createConnection(...args: Parameters<http.Agent['createConnection']>) {
    this.connections += 1;
    return super.createConnection(...args);
  }

  override destroy(): void {
    this.isDestroyed = true;
    super.destroy();
  }
}
