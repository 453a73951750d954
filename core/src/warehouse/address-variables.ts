/**
 * The address of the warehouse in the environment of a function: exactly one of four forms (`address.ts`). Each variable
 * that is set belongs to the form, so that a forgotten one, or one of an earlier deployment, is never ignored silently.
 */
import type { VariableGroup } from '../env.ts';
import type { WarehouseAddress } from './address.ts';

export type AddressVariables =
  | { readonly WAREHOUSE_WORKGROUP: string; readonly WAREHOUSE_SECRET_ARN?: string }
  | { readonly WAREHOUSE_CLUSTER: string; readonly WAREHOUSE_DB_USER: string }
  | { readonly WAREHOUSE_CLUSTER: string; readonly WAREHOUSE_SECRET_ARN: string };

/** The variables of the migrate function, which logs in with the secret of the admin. */
export type PlaceVariables = { readonly WAREHOUSE_WORKGROUP: string } | { readonly WAREHOUSE_CLUSTER: string };

export type WarehousePlace = { readonly workgroup: string } | { readonly cluster: string };

const WORKGROUP = 'WAREHOUSE_WORKGROUP';
const CLUSTER = 'WAREHOUSE_CLUSTER';
const DB_USER = 'WAREHOUSE_DB_USER';
const SECRET_ARN = 'WAREHOUSE_SECRET_ARN';

export const addressGroup: VariableGroup<WarehouseAddress> = {
  readGroup(read) {
    const [workgroup, cluster, dbUser, secretArn] = [read(WORKGROUP), read(CLUSTER), read(DB_USER), read(SECRET_ARN)];
    const given = [WORKGROUP, CLUSTER, DB_USER, SECRET_ARN].filter((name) => read(name) !== '');
    switch (given.join()) {
      case WORKGROUP:
        return { value: { workgroup } };
      case `${WORKGROUP},${SECRET_ARN}`:
        return { value: { workgroup, secretArn } };
      case `${CLUSTER},${DB_USER}`:
        return { value: { cluster, dbUser } };
      case `${CLUSTER},${SECRET_ARN}`:
        return { value: { cluster, secretArn } };
      default:
        return {
          problem:
            `the warehouse: expected exactly one of ${WORKGROUP}, ${WORKGROUP} with ${SECRET_ARN}, ` +
            `${CLUSTER} with ${DB_USER}, or ${CLUSTER} with ${SECRET_ARN}, got ${listOf(given)}`,
        };
    }
  },
};

export const placeGroup: VariableGroup<WarehousePlace> = {
  readGroup(read) {
    const [workgroup, cluster] = [read(WORKGROUP), read(CLUSTER)];
    if (workgroup !== '' && cluster === '') return { value: { workgroup } };
    if (cluster !== '' && workgroup === '') return { value: { cluster } };
    const got = listOf([WORKGROUP, CLUSTER].filter((name) => read(name) !== ''));
    return { problem: `the warehouse: expected either ${WORKGROUP} or ${CLUSTER}, got ${got}` };
  },
};

/** What infra sets for an address. */
export function addressVariables(address: WarehouseAddress): AddressVariables {
  if ('dbUser' in address) return { WAREHOUSE_CLUSTER: address.cluster, WAREHOUSE_DB_USER: address.dbUser };
  if ('cluster' in address) return { WAREHOUSE_CLUSTER: address.cluster, WAREHOUSE_SECRET_ARN: address.secretArn };
  const { workgroup, secretArn } = address;
  const secret = secretArn === undefined ? {} : { WAREHOUSE_SECRET_ARN: secretArn };
  return { WAREHOUSE_WORKGROUP: workgroup, ...secret };
}

export const placeVariables = (address: WarehouseAddress): PlaceVariables =>
  'cluster' in address ? { WAREHOUSE_CLUSTER: address.cluster } : { WAREHOUSE_WORKGROUP: address.workgroup };

const listOf = (names: readonly string[]): string => (names.length === 0 ? 'none of them' : names.join(' and '));
