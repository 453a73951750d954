/**
 * Channels for tracing tools, through Node's diagnostics_channel. Without a subscriber no message is built. A message
 * is an object that we do not reuse; it holds ids and counts, never attributes.
 */
import diagnostics from 'node:diagnostics_channel';
import type { Degradation, DroppedItem, ItemKind } from './types.ts';

/** The messages, by channel. */
export interface Diagnostics {
  /** An item was appended to the journal. */
  readonly 'dataloaf:captured': { readonly id: string; readonly kind: ItemKind };
  /** A request ended. Without an answer, `status` is null. */
  readonly 'dataloaf:request': {
    readonly path: string;
    readonly items: number;
    readonly status: number | null;
    readonly durationMs: number;
  };
  readonly 'dataloaf:delivered': { readonly count: number };
  readonly 'dataloaf:dropped': DroppedItem;
  readonly 'dataloaf:degraded': Degradation;
  readonly 'dataloaf:error': { readonly kind: string; readonly error: Error };
}

type Channels = { readonly [Name in keyof Diagnostics]: Channel<Diagnostics[Name]> };

interface Channel<Message> {
  readonly hasSubscribers: boolean;
  publish(message: Message): void;
}

export const channels: Channels = {
  'dataloaf:captured': diagnostics.channel('dataloaf:captured'),
  'dataloaf:request': diagnostics.channel('dataloaf:request'),
  'dataloaf:delivered': diagnostics.channel('dataloaf:delivered'),
  'dataloaf:dropped': diagnostics.channel('dataloaf:dropped'),
  'dataloaf:degraded': diagnostics.channel('dataloaf:degraded'),
  'dataloaf:error': diagnostics.channel('dataloaf:error'),
};
