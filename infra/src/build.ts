/** `npm run build`: everything that is deployed or published, into the `dist` of each folder. */
import { fileURLToPath } from 'node:url';
import { bundleAll } from './bundle.ts';
import { describeDeployment } from './deployment.ts';
import { rollUpSdkTypes } from './sdk-types.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const deployment = describeDeployment({
  name: 'dataloaf',
  workgroup: 'dataloaf',
  database: 'dataloaf',
  copyRoleArn: 'unset',
});
const bundles = await bundleAll(root, deployment);
await rollUpSdkTypes(root);
for (const file of [...Object.values(bundles.functions), bundles.insights.server, bundles.insights.web])
  console.log(file);
