/**
 * Who calls the local AWS. The access key of a request names the IAM role; signatures are not checked. Each function of the
 * deployment has a role of its own, with the rights that the deployment describes. Any other key is the developer's, who may
 * do everything that the admin of the warehouse may.
 */
import { userOfRole } from '@dataloaf/core/warehouse/rights';
import { ADMIN_USER } from '../redshift/principals.ts';
import { ServiceError } from './service.ts';

/** What the deployment says of one caller. */
export interface CallerSpec {
  /** Name of its IAM role. */
  readonly role: string;
  /** Its rights in the warehouse; `admin`: it reads the secret of the warehouse's admin. */
  readonly warehouse: 'none' | 'admin' | 'loader' | 'merge' | 'insights';
  /** Functions that it may invoke. */
  readonly invokes: readonly string[];
}

export interface Identity {
  readonly role: string;
  /** User of the warehouse; undefined: no right to call the Data API. */
  readonly warehouseUser: string | undefined;
  /** Whether it may log in with the secret of the warehouse's admin. */
  readonly readsAdminSecret: boolean;
  /** Undefined: all. */
  readonly invokes: readonly string[] | undefined;
}

/** Access keys of roles start so. */
const ROLE_KEY = 'local.';
/** Access key of the developer. */
export const DEVELOPER_KEY = 'local';
const DEVELOPER: Identity = {
  role: 'developer',
  warehouseUser: ADMIN_USER,
  readsAdminSecret: true,
  invokes: undefined,
};

export const accessKeyOf = (role: string): string => `${ROLE_KEY}${role}`;

export class Identities {
  readonly #callers: ReadonlyMap<string, CallerSpec>;

  constructor(callers: readonly CallerSpec[]) {
    this.#callers = new Map(callers.map((caller) => [caller.role, caller]));
  }

  of(accessKey: string): Identity {
    if (!accessKey.startsWith(ROLE_KEY)) return DEVELOPER;
    const role = accessKey.slice(ROLE_KEY.length);
    const { warehouse, invokes = [] } = this.#callers.get(role) ?? {};
    const warehouseUser = warehouse === 'none' ? undefined : userOfRole(role);
    return { role, warehouseUser, readsAdminSecret: warehouse === 'admin', invokes };
  }
}

/** The access key in a SigV4 header; empty without one. */
export const accessKeyIn = (authorization: string | undefined): string =>
  /Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1] ?? '';

/** As AWS refuses a call for which the caller's role has no policy. */
export function accessDenied(identity: Pick<Identity, 'role'>, action: string, status: number): ServiceError {
  const user = `arn:aws:sts::000000000000:assumed-role/${identity.role}/local`;
  const why = `because no identity-based policy allows the ${action} action`;
  return new ServiceError(
    status,
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} ${why}`,
  );
}
