/** LocalStack in a container, as a witness. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@dataloaf/core/log';
import { connectEngine } from '../../src/containers/engine.ts';
import { readContainersEnv } from '../../src/containers/env.ts';
import { startLocalStack } from '../../src/containers/localstack-container.ts';
import { removeLeftovers, removeOwn } from '../../src/containers/ownership.ts';
import { missingContainers, type Starting } from './running-target.ts';

export interface LocalStackOptions {
  /** `present`: do not pull a missing image. `pulled`: pull it first, which takes minutes. */
  readonly image: 'present' | 'pulled';
}

export async function startLocalStackWitness(options: LocalStackOptions): Promise<Starting> {
  const image = readContainersEnv().DATALOAF_LOCALSTACK_IMAGE;
  try {
    const engine = await connectEngine();
    const isPresent = await engine.client.image.exists(engine.testcontainers.ImageName.fromString(image));
    if (!isPresent && options.image === 'present')
      return { kind: 'missing', why: `the Docker engine does not have the image ${image}` };
    const log = createLog({ name: 'contract', level: 'warn', destination: 2 });
    await removeLeftovers(engine, log);
    const dir = await mkdtemp(join(tmpdir(), 'dataloaf-witness-'));
    const stop = async (): Promise<void> => {
      await removeOwn(engine, dir);
      await rm(dir, { recursive: true, force: true });
    };
    try {
      const { url } = await startLocalStack({ engine, dir, log }, image);
      return { kind: 'started', running: { target: { name: 'localstack', endpoint: url }, stop } };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    return missingContainers(error);
  }
}
