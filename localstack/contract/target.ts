/** Something that claims to behave like AWS: its address, and the resources that the cases find there. */
import type { Service } from './services.ts';

export interface Target {
  readonly name: string;
  /** Undefined: AWS itself, in the region and with the credentials of the environment. */
  readonly endpoint: string | undefined;
  /** Receives each HTTP exchange of a client, for transcripts. @default none */
  readonly onExchange?: (service: Service, exchange: Exchange) => void;
  /** Existing streams; without them the cases create their own. */
  readonly firehose?: FirehoseResources;
  readonly warehouse?: WarehouseResources;
  readonly schedule?: ScheduleResources;
  readonly functions?: FunctionResources;
  /** Address of an HTTP API with the routes of the probe. */
  readonly httpApi?: string;
}

export interface FirehoseResources {
  readonly bucket: string;
  /** With time expressions in the prefix, gzip, 60 s, 1 MB. */
  readonly stream: string;
  /** Prefix `plain/`. */
  readonly plainStream: string;
  /** Delivers everything that is due. Without it the cases wait as long as AWS may take. */
  readonly settle?: () => Promise<void>;
}

export interface WarehouseResources {
  readonly workgroup: string;
  readonly database: string;
  /** ARN of the role that COPY uses. */
  readonly copyRole: string;
}

export interface ScheduleResources {
  /** `rate(3 minutes)`, its target is the probe. */
  readonly name: string;
  /** Advances time; without it no schedule fires soon enough to be observed. */
  readonly advance?: (duration: string) => Promise<void>;
}

/** Functions with the code of `probe/probe-function.mjs`. */
export interface FunctionResources {
  /** The target of the schedule. */
  readonly scheduled: string;
  readonly probe: string;
  /** Has a timeout of 1 s and one instance. */
  readonly slow: string;
}

export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly target: string | undefined };
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
}
