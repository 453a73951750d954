import { readEnv, textVariable } from '@dataloaf/core/env';
import { ConfigError } from '@dataloaf/core/errors';
import type { WarehouseAddress } from '@dataloaf/core/warehouse/address';
import { addressGroup, addressVariables, placeGroup, placeVariables } from '@dataloaf/core/warehouse/address-variables';
import { describe, expect, it } from 'vitest';

const SPEC = { WAREHOUSE: addressGroup, WAREHOUSE_DATABASE: textVariable('database inside the warehouse') };
const PLACE = { WAREHOUSE: placeGroup };
const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:loader';

const ADDRESSES: readonly WarehouseAddress[] = [
  { workgroup: 'w' },
  { workgroup: 'w', secretArn: ARN },
  { cluster: 'c', dbUser: 'loader' },
  { cluster: 'c', secretArn: ARN },
];

describe('the address of the warehouse in the environment', () => {
  it.each(ADDRESSES)('is read as it was set: %o', (address) => {
    const source = { ...addressVariables(address), WAREHOUSE_DATABASE: 'd' };

    expect(readEnv(SPEC, source)).toEqual({ WAREHOUSE: address, WAREHOUSE_DATABASE: 'd' });
  });

  it.each(ADDRESSES)('of the migrate function is the place alone: %o', (address) => {
    const { workgroup, cluster } = { workgroup: undefined, cluster: undefined, ...address };

    expect(readEnv(PLACE, { ...placeVariables(address) })).toEqual({
      WAREHOUSE: workgroup === undefined ? { cluster } : { workgroup },
    });
  });

  it('takes an empty variable as one that is not set', () => {
    const source = { WAREHOUSE_WORKGROUP: 'w', WAREHOUSE_CLUSTER: '', WAREHOUSE_DB_USER: ' ', WAREHOUSE_DATABASE: 'd' };

    expect(readEnv(SPEC, source).WAREHOUSE).toEqual({ workgroup: 'w' });
  });

  it.each([
    [{}, 'none of them'],
    [{ WAREHOUSE_WORKGROUP: 'w', WAREHOUSE_CLUSTER: 'c' }, 'WAREHOUSE_WORKGROUP and WAREHOUSE_CLUSTER'],
    [{ WAREHOUSE_WORKGROUP: 'w', WAREHOUSE_DB_USER: 'u' }, 'WAREHOUSE_WORKGROUP and WAREHOUSE_DB_USER'],
    [{ WAREHOUSE_CLUSTER: 'c' }, 'WAREHOUSE_CLUSTER'],
    [{ WAREHOUSE_DB_USER: 'u' }, 'WAREHOUSE_DB_USER'],
    [{ WAREHOUSE_SECRET_ARN: ARN }, 'WAREHOUSE_SECRET_ARN'],
    [
      { WAREHOUSE_CLUSTER: 'c', WAREHOUSE_DB_USER: 'u', WAREHOUSE_SECRET_ARN: ARN },
      'WAREHOUSE_CLUSTER and WAREHOUSE_DB_USER and WAREHOUSE_SECRET_ARN',
    ],
  ])('that is no form, or more than one, is refused with what was expected and what came: %o', (source, got) => {
    let error: unknown;
    try {
      readEnv(SPEC, source);
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(
      'the warehouse: expected exactly one of WAREHOUSE_WORKGROUP, WAREHOUSE_WORKGROUP with WAREHOUSE_SECRET_ARN, ' +
        `WAREHOUSE_CLUSTER with WAREHOUSE_DB_USER, or WAREHOUSE_CLUSTER with WAREHOUSE_SECRET_ARN, got ${got}`,
    );
    expect(String(error)).toContain('WAREHOUSE_DATABASE: expected a string, got nothing');
    expect(String(error)).not.toContain(ARN);
  });

  it.each([
    [{}, 'none of them'],
    [{ WAREHOUSE_WORKGROUP: 'w', WAREHOUSE_CLUSTER: 'c' }, 'WAREHOUSE_WORKGROUP and WAREHOUSE_CLUSTER'],
  ])('of the migrate function names one place: %o', (source, got) => {
    expect(() => readEnv(PLACE, source)).toThrow(
      `expected either WAREHOUSE_WORKGROUP or WAREHOUSE_CLUSTER, got ${got}`,
    );
  });
});
