/** Something that claims to behave as AWS: its address, and what the cases find or may make there. */
import type { Service } from './services.ts';

export interface Target {
  readonly name: string;
  /** Undefined: AWS itself, in the region and with the credentials of the environment. */
  readonly endpoint: string | undefined;
  /** Called with each exchange of a client, for transcripts. @default none */
  readonly onExchange?: (service: Service, exchange: Exchange) => void;
  /** Streams that exist; without them the cases make their own. */
  readonly firehose?: FirehoseResources;
  readonly warehouse?: WarehouseResources;
  readonly schedule?: ScheduleResources;
  readonly functions?: FunctionResources;
  /** Address of an HTTP API with the routes of the probe. */
  readonly httpApi?: string;
}

export interface FirehoseResources {
  readonly bucket: string;
  /** Prefix with expressions of time, gzip, 60 s, 1 MB. */
  readonly stream: string;
  /** Prefix `plain/`. */
  readonly plainStream: string;
  /** Makes what is due be delivered. Without it the cases wait as long as AWS may take. */
  readonly settle?: () => Promise<void>;
}

export interface WarehouseResources {
  readonly workgroup: string;
  readonly database: string;
  /** ARN of the role as which COPY reads. */
  readonly copyRole: string;
}

export interface ScheduleResources {
  /** `rate(3 minutes)`, its target is the probe. */
  readonly name: string;
  /** Makes time pass; without it nothing that fires can be seen in time. */
  readonly advance?: (duration: string) => Promise<void>;
}

/** Functions with the code of `probe/probe-function.mjs`. */
export interface FunctionResources {
  /** The target of the schedule. Undefined: none. */
  readonly scheduled: string;
  readonly probe: string;
  /** 1 s of timeout and one instance. */
  readonly slow: string;
}

export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly target: string | undefined };
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
}
