/**
 * Who calls the local AWS. The access key of a request names the IAM role; signatures are not checked. Each function of the
 * deployment has a role of its own, with the rights that the deployment describes. Any other key is the developer's, who may
 * do everything that the admin of the warehouse may.
 */
import { ADMIN_USER } from '../redshift/principals.ts';
import { ServiceError } from './service.ts';

/** What the deployment says of one caller. */
export interface CallerSpec {
  /** Name of its IAM role. */
  readonly role: string;
  /** Its rights in the warehouse; `admin` logs in as the warehouse's admin. */
  readonly warehouse: 'none' | 'admin' | 'loader' | 'merge' | 'insights';
  /** Functions that it may invoke. */
  readonly invokes: readonly string[];
}

export interface Identity {
  readonly role: string;
  /** User of the warehouse; undefined: no right to call the Data API. */
  readonly warehouseUser: string | undefined;
  /** Undefined: all. */
  readonly invokes: readonly string[] | undefined;
}

/** Access keys of roles start so. */
const ROLE_KEY = 'local.';
/** Access key of the developer. */
export const DEVELOPER_KEY = 'local';
const DEVELOPER: Identity = { role: 'developer', warehouseUser: ADMIN_USER, invokes: undefined };

export const accessKeyOf = (role: string): string => `${ROLE_KEY}${role}`;

export class Identities {
  readonly #callers: ReadonlyMap<string, CallerSpec>;

  constructor(callers: readonly CallerSpec[]) {
    this.#callers = new Map(callers.map((caller) => [caller.role, caller]));
  }

  of(accessKey: string): Identity {
    if (!accessKey.startsWith(ROLE_KEY)) return DEVELOPER;
    const role = accessKey.slice(ROLE_KEY.length);
    const spec = this.#callers.get(role);
    return { role, warehouseUser: warehouseUserOf(role, spec), invokes: spec?.invokes ?? [] };
  }
}

/** Redshift maps an IAM role to the user `IAMR:<role>`, one to one (AWS documentation). */
function warehouseUserOf(role: string, spec: CallerSpec | undefined): string | undefined {
  if (spec?.warehouse === 'none') return undefined;
  return spec?.warehouse === 'admin' ? ADMIN_USER : `IAMR:${role}`;
}

/** The access key in a SigV4 header; empty without one. */
export const accessKeyIn = (authorization: string | undefined): string =>
  /Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1] ?? '';

/** As AWS refuses a call for which the caller's role has no policy. */
export function accessDenied(identity: Identity, action: string, status: number): ServiceError {
  const user = `arn:aws:sts::000000000000:assumed-role/${identity.role}/local`;
  const why = `because no identity-based policy allows the ${action} action`;
  return new ServiceError(
    status,
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} ${why}`,
  );
}
