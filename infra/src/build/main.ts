/** The first half of `npm run build`: bundles everything that is deployed into the `dist` of each folder. */
import { fileURLToPath } from 'node:url';
import { stopBundler } from '@dataloaf/tools/bundle/bundle-file';
import { describeDeployment } from '../deployment.ts';
import { bundleAll } from './bundle.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const deployment = describeDeployment({
  name: 'dataloaf',
  workgroup: 'dataloaf',
  database: 'dataloaf',
  copyRoleArn: 'unset',
  adminSecretArn: 'unset',
});
const bundles = await bundleAll(root, deployment);
await stopBundler();
for (const file of [...Object.values(bundles.functions), bundles.insights.server, bundles.insights.web])
  console.log(file);
