import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@dataloaf/core/log';
import type { BackendName } from '@dataloaf/localstack/stack/backends/backend';
import { startStack } from '@dataloaf/localstack/stack/stack';
import { afterEach, expect, it } from 'vitest';
import { aFolder, cleanUp } from '../tools/local-process.ts';

afterEach(cleanUp);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRODUCT = ['ingest/dist', 'merge/dist', 'loader/dist', 'insights/dist'];

/** Path and SHA-256 of every file that a stack makes anew and runs. */
async function bundlesOn(backend: BackendName): Promise<readonly string[]> {
  for (const folder of PRODUCT) rmSync(join(ROOT, folder), { recursive: true, force: true });
  const log = createLog({ name: 'test', level: 'silent' });
  const ports = { insights: 0, api: 0, aws: 0 };
  const stack = await startStack({ dir: await aFolder(), log, ports, backend, isEphemeral: true });
  await stack.stop();
  return PRODUCT.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`),
  ).sort();
}

it('functions, Insights and its page are the same bytes on both back ends', async () => {
  const embedded = await bundlesOn('embedded');
  const containers = await bundlesOn('containers');

  for (const name of ['ingest.mjs', 'merge.mjs', 'loader.mjs', 'migrate.mjs', 'server.mjs', 'index.html']) {
    expect(embedded.filter((line) => line.includes(`/${name} `)).length).toBe(1);
  }
  expect(containers).toEqual(embedded);
});
