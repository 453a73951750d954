/**
 * What tracing tools can listen to, through Node's diagnostics_channel. Without a subscriber nothing is built or called.
 * Messages are objects that are not used again; they hold ids and counts, never attributes.
 */
import diagnostics from 'node:diagnostics_channel';
import type { Degradation, DroppedItem, ItemKind } from './types.ts';

/** By channel, what is published there. */
export interface Diagnostics {
  /** An item was taken into the journal. */
  readonly 'dataloaf:captured': { readonly id: string; readonly kind: ItemKind };
  /** A request ended: with an answer, or with none (`status` is null). */
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
