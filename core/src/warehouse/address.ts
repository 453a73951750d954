/**
 * How the Data API reaches a warehouse and as whom. There are four ways, and exactly one holds. A workgroup of Redshift
 * Serverless, or a cluster that names its database user, takes temporary credentials by the caller's IAM role; a secret
 * of Secrets Manager holds a user and a password. Pure.
 */

export type WarehouseAddress =
  | { readonly workgroup: string; readonly secretArn?: string | undefined }
  | { readonly cluster: string; readonly dbUser: string }
  | { readonly cluster: string; readonly secretArn: string };

/** A database inside a warehouse. */
export type DatabaseAddress = WarehouseAddress & { readonly database: string };

export interface PlaceFields {
  readonly WorkgroupName?: string;
  readonly ClusterIdentifier?: string;
  readonly Database: string;
}

/** The fields of a request that name the warehouse. */
export function placeFields(address: DatabaseAddress): PlaceFields {
  const where = 'cluster' in address ? { ClusterIdentifier: address.cluster } : { WorkgroupName: address.workgroup };
  return { ...where, Database: address.database };
}

/** The fields of a request that also say who runs the statement. */
export function loginFields(address: DatabaseAddress): PlaceFields & { DbUser?: string; SecretArn?: string } {
  const place = placeFields(address);
  if ('dbUser' in address) return { ...place, DbUser: address.dbUser };
  return address.secretArn === undefined ? place : { ...place, SecretArn: address.secretArn };
}
