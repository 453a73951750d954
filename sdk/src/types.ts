/** The public words of the SDK. Attribute types come from the caller's own event and user maps. */
import type { Attributes, RejectCode } from '@dataloaf/core/api';
import type { Logger } from 'pino';
import type { StandardSchema } from './capture/standard-schema.ts';

export type ItemKind = 'event' | 'user' | 'update';

/** Where a captured item is: on disk (survives the process), only in memory, or not kept at all. */
export type Persisted = 'disk' | 'memory' | 'dropped';

export interface Captured {
  /** The item's id: given by the caller, else a UUIDv7. Repeats under one id are stored once. */
  readonly id: string;
  /** Resolves when it is known where the item is. Never rejects; costs nothing unless it is read. */
  readonly persisted: Promise<Persisted>;
}

export type Timestamp = Date | string | number;

export interface CaptureOptions {
  /** At most 64 bytes. @default a UUIDv7 */
  readonly id?: string | undefined;
  /** A Date, milliseconds, or ISO 8601 with an offset; at most 24 h ahead. @default now */
  readonly timestamp?: Timestamp | undefined;
}

/** Attributes may be left out only where the event map requires none. */
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
  /** Numbers to add; an absent attribute counts as 0. */
  readonly increment?:
    | { readonly [Name in keyof User as Extract<User[Name], number> extends never ? never : Name]?: number | undefined }
    | undefined;
}

/**
 * Why an item was not, or will never be, stored. `invalid`: it breaks a rule of the wire (see `code`); `rejected`: the API
 * refused it; `overflow`: disk or memory is full; `corrupt`: its journal record cannot be read; `closed`: captured after
 * shutdown(); `lost`: only in memory when the process shut down; `filter_failed`: beforeSend threw. `filtered` and
 * `sampled` are wanted: counted in stats(), not reported.
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
  /** Null only where a damaged journal record hides it. */
  readonly id: string | null;
  readonly kind: ItemKind | null;
  readonly reason: DropReason;
  readonly code?: RejectCode | (string & {});
  readonly message?: string;
}

export interface Degradation {
  /** `memory`: the disk cannot be written, items live in memory only. `disk`: it can again. */
  readonly mode: 'memory' | 'disk';
  /** Such as ENOSPC. */
  readonly code?: string;
  readonly message?: string;
}

/** What `beforeSend` sees and may return changed. Ids and times are set already. */
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

/** Returns the item to keep, changed or not, or null to leave it out. */
export type BeforeSend = (draft: Draft) => Draft | null | undefined;

/** The part of a pino logger that is used. With `child`, lines carry `component: 'dataloaf'`. */
export type SdkLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & { readonly child?: Logger['child'] };

export interface DataLoafOptions<Events extends object = { readonly [name: string]: Attributes }> {
  /** Address of the API, http or https. @default the variable DATALOAF_ENDPOINT */
  readonly endpoint?: string | undefined;
  /** A server key, `dl_s_...`. @default the variable DATALOAF_SERVER_KEY */
  readonly serverKey?: string | undefined;
  /** Folder of the journals, shared by all processes of this service on this machine. @default './.dataloaf-journal' */
  readonly dir?: string | undefined;
  /** `os` survives SIGKILL, `fsync` a power cut too, `memory` neither. @default 'os' */
  readonly durability?: 'os' | 'fsync' | 'memory' | undefined;
  /** Items that make a request without further waiting, 1 to 500. @default 500 */
  readonly flushAt?: number | undefined;
  /** Milliseconds after which fewer items go too, 0 to 3,600,000. @default 1000 */
  readonly flushInterval?: number | undefined;
  /** Bytes of items in one request before compression, 1,024 to 4,194,304. @default 1_000_000 */
  readonly maxBatchBytes?: number | undefined;
  /** Requests at the same time, 1 to 64. @default 4 */
  readonly maxInFlight?: number | undefined;
  /** Bounds of the pause between attempts, in milliseconds. @default { minDelay: 250, maxDelay: 60_000 } */
  readonly retry?: { readonly minDelay?: number | undefined; readonly maxDelay?: number | undefined } | undefined;
  /**
   * Bytes of captured items held in memory, at least 65,536. A quarter of it while the disk can be written, beyond which a
   * capture writes; all of it while it cannot, beyond which items are dropped. @default 33_554_432
   */
  readonly maxMemoryBytes?: number | undefined;
  /** Bytes of this process's journal on disk, at least 1,048,576. @default 1_073_741_824 */
  readonly maxDiskBytes?: number | undefined;
  /** Which items go when the journal is full. @default 'drop-newest' */
  readonly overflow?: 'drop-newest' | 'drop-oldest' | undefined;
  /** Run at capture, in order, after `schemas` and before anything is stored. One that throws drops the item. */
  readonly beforeSend?: BeforeSend | readonly BeforeSend[] | undefined;
  /** Attributes whose values never leave the process: dotted paths, `*` for any one name. */
  readonly redact?: readonly string[] | undefined;
  /**
   * Judges the attributes of events by name, inside the call: zod, valibot, arktype or any other Standard Schema that
   * validates synchronously. What it gives back is sent; an event that it refuses is dropped with `schema_violated`.
   */
  readonly schemas?: { readonly [Name in keyof Events & string]?: StandardSchema | undefined } | undefined;
  /**
   * Share of users, 0 to 1, whose events of a name are kept; the same users for every name. A kept event has the
   * attribute `sample_weight`, one divided by the share.
   */
  readonly sampling?: { readonly [Name in keyof Events & string]?: number | undefined } | undefined;
  /** Trouble that the SDK goes on working through; each also becomes a log line. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** Items that will never be stored, at most 1,000 a call. */
  readonly onDrop?: ((items: readonly DroppedItem[]) => void) | undefined;
  /** Items that the API has acknowledged. */
  readonly onDelivered?: ((count: number) => void) | undefined;
  /** Called when the disk fails, and when it is back. */
  readonly onDegraded?: ((degradation: Degradation) => void) | undefined;
  /** A pino logger. @default warnings and errors as JSON lines on standard error */
  readonly logger?: SdkLogger | undefined;
  /** Captures nothing and needs no endpoint; for tests and development. @default false */
  readonly disabled?: boolean | undefined;
}

export interface ShutdownResult {
  /** Items that the API acknowledged over the life of this client. */
  readonly delivered: number;
  /** Items of this client that stay on disk for the next process. */
  readonly persisted: number;
  /** Items dropped over the life of this client, deliberate ones not counted. */
  readonly dropped: number;
  /** Bytes that stay on disk, adopted journals included. */
  readonly pendingBytes: number;
}

export interface Stats {
  readonly mode: 'disk' | 'memory' | 'disabled';
  readonly captured: number;
  readonly delivered: number;
  readonly dropped: { readonly [Reason in DropReason]: number };
  /** Captured by this client and not settled. */
  readonly pendingItems: number;
  readonly pendingBytes: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly adoptedFolders: number;
  readonly inFlight: number;
  readonly requests: number;
  /** Requests that failed and were, or will be, sent again. */
  readonly retries: number;
  /** Items that the API asked for again. */
  readonly requeued: number;
  readonly lastError: string | undefined;
}
