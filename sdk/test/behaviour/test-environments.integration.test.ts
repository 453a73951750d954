import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFile } from '../../../tools/bundle/bundle-file.ts';
import { runtime } from '../../src/runtime.ts';
import { ROOT } from '../tools/packed-sdk.ts';
import { replacing, STRANGE_GLOBALS } from '../tools/strange-globals.ts';
import { aClient, aFolder, anApi, KEY, runScript } from '../tools/test-client.ts';

type Name = keyof typeof STRANGE_GLOBALS;
const CASES: readonly (readonly [string, Name, Readonly<Record<string, string>>])[] = [
  ['replace globals by those of jsdom before it loads the SDK', 'jsdom', { WHEN: 'before' }],
  ['replace globals by those of jsdom afterwards', 'jsdom', { WHEN: 'after' }],
  ['fake the timers before it loads the SDK', 'fake timers', { WHEN: 'before' }],
  ['fake the timers afterwards', 'fake timers', { WHEN: 'after' }],
  ['fake the timers of the module too before it loads the SDK', 'fake timers', { WHEN: 'before', FAKE_MODULES: '1' }],
  ['fake the timers of the module too afterwards', 'fake timers', { WHEN: 'after', FAKE_MODULES: '1' }],
  ['mock Date before it loads the SDK', 'a mocked Date', { WHEN: 'before' }],
  ['mock Date afterwards', 'a mocked Date', { WHEN: 'after' }],
];

/** Built, because a loader that compiles sources uses the replaced globals too: tsx does on Node 22. */
const script = path.join(ROOT, 'node_modules/.cache/sdk-tests/environment-script.mjs');

describe('a test of an application', () => {
  beforeAll(async () => {
    await bundleFile(ROOT, script, { entryPoints: ['sdk/test/tools/environment-script.ts'], format: 'esm' });
  });

  it.each(CASES)('may %s', async (_, name, env) => {
    const api = await anApi();

    const running = runScript(script, {
      ...env,
      STRANGE: replacing(STRANGE_GLOBALS[name]),
      DIR: aFolder(),
      DATALOAF_ENDPOINT: api.endpoint,
      DATALOAF_SERVER_KEY: KEY,
    });
    await running.ended;

    const none = { persisted: 0, dropped: 0, pendingBytes: 0 };
    expect(running.output()).toBe(
      `${JSON.stringify([
        { delivered: 2, ...none },
        { delivered: 3, ...none },
      ])}\n`,
    );
    expect(api.accepted).toMatchObject([
      { event_id: 'now' },
      { event_id: 'dated', event_created: '2026-01-01T00:00:00.000Z' },
      { user_id: 'u1' },
    ]);
  });

  it('waits for no timer in flush, in shutdown, or when it captures while a shutdown sends', async () => {
    const api = await anApi();
    const real = { ...runtime };
    const never = () => ({ unref: () => undefined, ref: () => undefined, hasRef: () => false });
    Object.assign(runtime, { setTimeout: never, setInterval: never, setImmediate: never });
    try {
      const { client } = aClient({ endpoint: api.endpoint });
      client.createEvent({ name: 'paid', userId: 'u1' });
      await client.flush();
      client.createEvent({ name: 'paid', userId: 'u1' });
      const ending = client.shutdown();
      client.createEvent({ name: 'paid', userId: 'u1' });

      expect(await ending).toMatchObject({ delivered: 3, persisted: 0, dropped: 0 });
    } finally {
      Object.assign(runtime, real);
    }
  });
});
