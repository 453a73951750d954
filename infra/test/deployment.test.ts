import { DIRECT_LEASE_MS } from '@dataloaf/core/limits';
import { expect, it } from 'vitest';
import { describeDeployment } from '../src/deployment.ts';

const deployment = describeDeployment({
  name: 'dl',
  workgroup: 'w',
  database: 'd',
  copyRoleArn: 'r',
  adminSecretArn: 'secret',
});
const merge = deployment.functions.find(({ name }) => name === 'merge');

it('the merge function cannot outlive the lease of its direct merge', () => {
  expect(2 * (merge?.timeoutSeconds ?? Number.NaN) * 1_000).toBeLessThanOrEqual(DIRECT_LEASE_MS);
});

it('the merge function reserves no concurrency, which new accounts do not have', () => {
  expect(merge?.reservedConcurrency).toBeUndefined();
});

it('every function and Insights have an IAM role of their own', () => {
  const roles = [...deployment.functions, deployment.insights].map(({ role }) => role);

  expect(roles).toEqual(['dl-ingest', 'dl-merge', 'dl-loader', 'dl-migrate', 'dl-insights']);
});

it('only the migrate function is told the secret of the admin, and only the loader may invoke it', () => {
  const knows = (text: string) =>
    deployment.functions.filter(({ environment }) => Object.values(environment).includes(text));

  expect(knows('secret').map(({ name }) => name)).toEqual(['migrate']);
  expect(Object.values(deployment.insights.environment)).not.toContain('secret');
  expect(deployment.functions.filter(({ invokes }) => invokes.includes('migrate')).map(({ name }) => name)).toEqual([
    'loader',
  ]);
  expect(knows('dl-migrate').map(({ name }) => name)).toEqual(['loader']);
});

it('a deployment on a cluster tells every function the cluster, and nothing of a workgroup', () => {
  const onCluster = describeDeployment({
    name: 'dl',
    cluster: 'c',
    dbUser: 'u',
    database: 'd',
    copyRoleArn: 'r',
    adminSecretArn: 'secret',
  });
  const environments = [...onCluster.functions, onCluster.insights].map(({ environment }) => ({ ...environment }));
  const warehouseOf = (environment: object) =>
    Object.entries(environment).filter(([name]) => name.startsWith('WAREHOUSE_'));

  const place = ['WAREHOUSE_CLUSTER', 'c'];
  const user = ['WAREHOUSE_DB_USER', 'u'];
  const database = ['WAREHOUSE_DATABASE', 'd'];
  expect(environments.map(warehouseOf)).toEqual([
    [],
    [place, user, database],
    [place, user, database],
    // It logs in with the secret of the admin.
    [place, database],
    [place, user, database],
  ]);
});
