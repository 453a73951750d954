/** A process that starts the back end of its first argument, and prints whether `testcontainers` was loaded for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@dataloaf/core/log';
import { BACKEND_NAMES } from '@dataloaf/localstack/stack/backends/backend';
import { startStack } from '@dataloaf/localstack/stack/stack';

async function main(): Promise<void> {
  const backend = BACKEND_NAMES.find((name) => name === process.argv[2]) ?? 'embedded';
  const dir = mkdtempSync(join(tmpdir(), 'dataloaf-modules-'));
  const log = createLog({ name: 'test', level: 'silent' });
  const stack = await startStack({ dir, log, backend, isEphemeral: true, ports: { insights: 0, api: 0, aws: 0 } });
  await stack.stop();
  rmSync(dir, { recursive: true, force: true });
  const { cache } = createRequire(import.meta.url);
  const isLoaded = Object.keys(cache).some((file) => file.includes('/node_modules/testcontainers/'));
  process.stdout.write(`testcontainers: ${isLoaded ? 'loaded' : 'not loaded'}\n`);
  process.exit(0);
}

void main();
