import { describe, expect, it } from 'vitest';
import { type DatabaseAddress, loginFields } from '../../src/warehouse/address.ts';
import { anApi } from './an-api.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:admin';

const ADDRESSES: readonly (readonly [DatabaseAddress, object])[] = [
  [
    { workgroup: 'w', database: 'd' },
    { WorkgroupName: 'w', Database: 'd' },
  ],
  [
    { workgroup: 'w', secretArn: ARN, database: 'd' },
    { WorkgroupName: 'w', Database: 'd', SecretArn: ARN },
  ],
  [
    { cluster: 'c', dbUser: 'loader', database: 'd' },
    { ClusterIdentifier: 'c', Database: 'd', DbUser: 'loader' },
  ],
  [
    { cluster: 'c', secretArn: ARN, database: 'd' },
    { ClusterIdentifier: 'c', Database: 'd', SecretArn: ARN },
  ],
];

describe.each(ADDRESSES)('%o', (address, fields) => {
  it('becomes the fields of a request', () => {
    expect(loginFields(address)).toEqual(fields);
  });

  it('is in every statement, and none belongs to a session', async () => {
    const { warehouse, sent } = anApi({ address, DescribeStatement: [{ Status: 'FINISHED' }] });
    const statements = [{ name: 'one', text: 'SELECT 1' }];

    await warehouse.query({ name: 'one', text: 'SELECT 1' });
    await warehouse.submit({ token: 't', name: 'n', statements });
    await warehouse.wait('b', { statements, timeoutMs: 0 });
    await warehouse.listStarted(['load-']);
    await warehouse.cancel('b');

    for (const { operation, input } of sent) {
      if (/ExecuteStatement$/.test(operation)) expect(input).toMatchObject(fields);
      expect(Object.keys(input).filter((name) => name.startsWith('Session'))).toEqual([]);
    }
  });
});
