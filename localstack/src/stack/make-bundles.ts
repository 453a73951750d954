/** Bundles everything that runs, and the SDK, whose examples use a running stack. */
import { fileURLToPath } from 'node:url';
import { type Bundles, bundleAll } from '@dataloaf/infra/build/bundle';
import type { Deployment } from '@dataloaf/infra/deployment';
import { stopBundler } from '@dataloaf/tools/bundle/bundle-file';
import { bundleSdk } from '@dataloaf/tools/sdk-package/bundle';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export async function makeBundles(deployment: Deployment): Promise<Bundles> {
  const [bundles] = await Promise.all([bundleAll(ROOT, deployment), bundleSdk(ROOT)]);
  await stopBundler();
  return bundles;
}
