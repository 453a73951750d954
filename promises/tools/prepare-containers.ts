/** Runs before tests on containers: reports a missing Docker engine, and pulls images before any test's timeout starts. */
import { DataLoafError } from '@dataloaf/core/errors';
import { createLog } from '@dataloaf/core/log';
import { connectEngine } from '@dataloaf/localstack/containers/engine';
import { readContainersEnv } from '@dataloaf/localstack/containers/env';
import { ensureImage } from '@dataloaf/localstack/containers/run-container';

async function main(): Promise<void> {
  const home = { engine: await connectEngine(), log: createLog({ name: 'test', level: 'warn', destination: 2 }) };
  for (const [imageVariable, image] of Object.entries(readContainersEnv())) {
    await ensureImage(home, { image, imageVariable });
    process.stdout.write(`${imageVariable}=${image}\n`);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const lines = error instanceof DataLoafError ? [error.message, error.hint] : [String(error)];
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exit(1);
  },
);
