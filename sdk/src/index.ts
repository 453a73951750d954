/** The package entry. */
// biome-ignore lint/performance/noBarrelFile: a package has one entry, and this is it.
export { ConfigError } from '@dataloaf/core/errors';
export { DataLoaf } from './client/client.ts';
export type { Diagnostics } from './diagnostics.ts';
export type {
  BeforeSend,
  Captured,
  CaptureOptions,
  DataLoafOptions,
  Degradation,
  Draft,
  DroppedItem,
  DropReason,
  EventInput,
  ItemKind,
  Persisted,
  ResendOptions,
  ResendResult,
  SdkAgent,
  SdkLogger,
  ShutdownResult,
  StandardSchema,
  Stats,
  Timestamp,
  UpdateOptions,
  UserAttributes,
} from './types.ts';
