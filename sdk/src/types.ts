/** The public types of the SDK. Attribute types come from the caller's own event and user maps. */
import type { Attributes, RejectCode } from '@dataloaf/core/api';

export type ItemKind = 'event' | 'user' | 'update';

/** Where a captured item is: on disk (survives the process), in memory only, or dropped. */
export type Persisted = 'disk' | 'memory' | 'dropped';

export interface Captured {
  /** The id of the item: from the caller, else a UUIDv7. Repeats with the same id are stored once. */
  readonly id: string;
  /** Resolves when it is known where the item is. Never rejects. Costs nothing unless it is read. */
  readonly persisted: Promise<Persisted>;
}

export type Timestamp = Date | string | number;

export interface CaptureOptions {
  /** At most 64 bytes. @default a UUIDv7 */
  readonly id?: string | undefined;
  /** A Date, milliseconds, or ISO 8601, UTC where it has no offset; from 1970, at most 24 h ahead for an event. @default now */
  readonly timestamp?: Timestamp | undefined;
}

/** `attributes` is optional only if the event map requires no attribute. */
export type EventInput<Events, Name extends keyof Events> = CaptureOptions & {
  readonly name: Name;
  readonly userId: string;
} & (Record<never, never> extends Events[Name]
    ? { readonly attributes?: Events[Name] | undefined }
    : { readonly attributes: Events[Name] });

/** `null` unsets an attribute. */
export type UserAttributes<User> = { readonly [Name in keyof User]?: User[Name] | null | undefined };

export interface UpdateOptions<User> extends CaptureOptions {
  /** Attributes to remove. */
  readonly unset?: readonly (keyof User & string)[] | undefined;
  /** Numbers to add. A missing attribute counts as 0. */
  readonly increment?:
    | { readonly [Name in keyof User as Extract<User[Name], number> extends never ? never : Name]?: number | undefined }
    | undefined;
}

/**
 * Why an item is not stored. `invalid`: it breaks a rule of the API (see `code`). `rejected`: the API rejected it.
 * `overflow`: disk or memory is full. `corrupt`: its journal record cannot be read. `closed`: captured after
 * shutdown() with durability `memory`. `lost`: only in memory when the client or the process ended. `filter_failed`: beforeSend threw. `filtered` and
 * `sampled` are what the caller asked for: counted in stats(), not reported.
 */
export type DropReason =
  | 'invalid'
  | 'rejected'
  | 'overflow'
  | 'corrupt'
  | 'closed'
  | 'lost'
  | 'filter_failed'
  | 'filtered'
  | 'sampled';

export interface DroppedItem {
  /** Null only if a damaged journal record hides it. */
  readonly id: string | null;
  readonly kind: ItemKind | null;
  readonly reason: DropReason;
  readonly code?: RejectCode | (string & {});
  readonly message?: string;
}

export interface Degradation {
  /** `memory`: the disk cannot be written, and items are kept in memory only. `disk`: it can be written again. */
  readonly mode: 'memory' | 'disk';
  /** For example ENOSPC. */
  readonly code?: string;
  readonly message?: string;
}

/** The item as `beforeSend` gets it. Id and time are set already. */
export type Draft =
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly name: string;
      readonly userId: string;
      readonly timestamp: string;
      readonly attributes?: Attributes | undefined;
    }
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly userId: string;
      readonly timestamp: string;
      readonly attributes?: Attributes | undefined;
    }
  | {
      readonly kind: 'update';
      readonly id: string;
      readonly userId: string;
      readonly timestamp: string;
      readonly set?: Attributes | undefined;
      readonly unset?: readonly string[] | undefined;
      readonly increment?: { readonly [name: string]: number } | undefined;
    };

/** Returns the item to keep, changed or not, or null to drop it. */
export type BeforeSend = (draft: Draft) => Draft | null | undefined;

/**
 * What the SDK needs of a logger: pino, `fastify.log`, bunyan, console and winston have it. It is called with fields and a
 * message; a logger that has `transports`, as winston's, with the message first.
 */
export interface SdkLogger {
  debug(fields: object, message?: string): unknown;
  info(fields: object, message?: string): unknown;
  warn(fields: object, message?: string): unknown;
  error(fields: object, message?: string): unknown;
  /** Where there is one, our lines have `component: 'dataloaf'`. */
  child?(bindings: { readonly component: string }): unknown;
}

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type SchemaResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** The part of Standard Schema (version 1, standardschema.dev) that is used: zod, valibot, arktype and others have it. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
  };
}

/** An `http.Agent` or `https.Agent`, also of a library: as little of it as possible, because their types differ. */
export interface SdkAgent {
  destroy(): unknown;
}

export interface DataLoafOptions<Events extends object = { readonly [name: string]: Attributes }> {
  /** URL of the API, http or https. @default the variable DATALOAF_ENDPOINT */
  readonly endpoint?: string | undefined;
  /** A server key, `dl_s_...`. @default the variable DATALOAF_SERVER_KEY */
  readonly serverKey?: string | undefined;
  /**
   * Makes the connections, for example through a proxy: an `http.Agent` for an http endpoint, an `https.Agent` for an
   * https endpoint. You close it. @default keeps `maxInFlight` connections, through the proxy of the environment with
   * NODE_USE_ENV_PROXY=1 where Node has it
   */
  readonly agent?: SdkAgent | undefined;
  /** Folder of the journals. All processes of a service on one machine share it. @default './.dataloaf-journal' */
  readonly dir?: string | undefined;
  /** `os` survives SIGKILL, `fsync` also a power cut, `memory` neither. @default 'os' */
  readonly durability?: 'os' | 'fsync' | 'memory' | undefined;
  /** A request is sent at once when this many items wait, 1 to 500. @default 500 */
  readonly flushAt?: number | undefined;
  /** Milliseconds after which fewer items are sent too, 0 to 3,600,000. @default 1000 */
  readonly flushInterval?: number | undefined;
  /** Bytes of items in one request before compression, 1,024 to 4,194,304. @default 1_000_000 */
  readonly maxBatchBytes?: number | undefined;
  /** Requests in flight, 1 to 64. @default 4 */
  readonly maxInFlight?: number | undefined;
  /** Bounds of the pause between attempts, in milliseconds. @default { minDelay: 250, maxDelay: 60_000 } */
  readonly retry?: { readonly minDelay?: number | undefined; readonly maxDelay?: number | undefined } | undefined;
  /**
   * Bytes of captured items in memory, at least 65,536. While the disk works, a quarter of it is used; above that a
   * capture writes to the disk. While the disk fails, all of it is used; above that items are dropped. @default
   * 33_554_432
   */
  readonly maxMemoryBytes?: number | undefined;
  /** Bytes of this process's journal on disk, at least 1,048,576. @default 1_073_741_824 */
  readonly maxDiskBytes?: number | undefined;
  /** Which items are dropped when the journal is full. @default 'drop-newest' */
  readonly overflow?: 'drop-newest' | 'drop-oldest' | undefined;
  /**
   * Runs inside the capture, in order, after `schemas` and before anything is stored. If one throws, the item is
   * dropped.
   */
  readonly beforeSend?: BeforeSend | readonly BeforeSend[] | undefined;
  /** Attributes whose values never leave the process. Dotted paths; `*` matches any one name. */
  readonly redact?: readonly string[] | undefined;
  /**
   * Validates the attributes of events, by event name, inside the capture: zod, valibot, arktype or another Standard
   * Schema that is synchronous. Its output is sent. An event that fails is dropped with `schema_violated`.
   */
  readonly schemas?: { readonly [Name in keyof Events & string]?: StandardSchema | undefined } | undefined;
  /**
   * By event name: the share of users, 0 to 1, whose events are kept. The same users are kept for every name. A kept
   * event has the attribute `sample_weight`, one divided by the share.
   */
  readonly sampling?: { readonly [Name in keyof Events & string]?: number | undefined } | undefined;
  /** Called with every problem that the SDK recovers from. Each is also logged. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** Called with items that will never be stored, at most 1,000 at once. */
  readonly onDrop?: ((items: readonly DroppedItem[]) => void) | undefined;
  /** Called with the number of items that the API has acknowledged. */
  readonly onDelivered?: ((count: number) => void) | undefined;
  /** Called when the disk fails, and when it works again. */
  readonly onDegraded?: ((degradation: Degradation) => void) | undefined;
  /** pino, `fastify.log`, console, winston ... @default warnings and errors as JSON lines on standard error */
  readonly logger?: SdkLogger | undefined;
  /** Captures nothing and needs no endpoint. For tests and development. @default false */
  readonly disabled?: boolean | undefined;
}

export interface ResendOptions {
  /** Only items that were rejected with one of these codes. @default all */
  readonly codes?: readonly string[] | undefined;
}

export interface ResendResult {
  /** Items that are in the journal again. */
  readonly resent: number;
  /** Items that stay in `dead-letter/`: of another code, unreadable, or the disk cannot take them. */
  readonly kept: number;
}

/** Of `shutdown()`, and of `flush()` with a timeout. */
export interface ShutdownResult {
  /** Items that the API acknowledged over the life of this client. */
  readonly delivered: number;
  /** Items of this client that are on disk and not delivered: this client goes on sending them, or the next process. */
  readonly persisted: number;
  /** Items dropped over the life of this client, without `filtered` and `sampled`. */
  readonly dropped: number;
  /** Bytes that are not delivered, on disk or, before the end of the client, in memory; adopted journals included. */
  readonly pendingBytes: number;
}

export interface Stats {
  readonly mode: 'disk' | 'memory' | 'disabled';
  readonly captured: number;
  readonly delivered: number;
  readonly dropped: { readonly [Reason in DropReason]: number };
  /** Values that JSON cannot hold or the API does not take. Their items are kept. */
  readonly attributesLeftOut: number;
  /** Captured by this client, and not yet delivered, rejected or dropped. */
  readonly pendingItems: number;
  readonly pendingBytes: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly adoptedFolders: number;
  readonly inFlight: number;
  readonly requests: number;
  /** Requests that failed and were or will be retried. */
  readonly retries: number;
  /** Items that the API asked to send again. */
  readonly requeued: number;
  readonly lastError: string | undefined;
}
