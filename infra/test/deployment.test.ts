import { DIRECT_LEASE_MS } from '@dataloaf/core/limits';
import { expect, it } from 'vitest';
import { describeDeployment } from '../src/deployment.ts';

const deployment = describeDeployment({ name: 'dl', workgroup: 'w', database: 'd', copyRoleArn: 'r' });
const merge = deployment.functions.find(({ name }) => name === 'merge');

it('the merge function cannot outlive the lease of its direct merge', () => {
  expect(2 * (merge?.timeoutSeconds ?? Number.NaN) * 1_000).toBeLessThanOrEqual(DIRECT_LEASE_MS);
});

it('the merge function reserves no concurrency, which new accounts do not have', () => {
  expect(merge?.reservedConcurrency).toBeUndefined();
});
