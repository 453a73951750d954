/**
 * What the traffic sends. Every item is a pure function of its source and its number, so that the oracle knows the right
 * content of a row from the row's own source and number, whatever was killed before it could say what it sent.
 */

import type { Attributes } from '@dataloaf/core/api';

export interface ItemId {
  /** One life of one sender: a sender that is started again is another source. */
  readonly source: string;
  readonly number: number;
}

interface ChaosEvent {
  readonly kind: 'event';
  readonly name: string;
  readonly user: string;
  readonly attributes: Attributes;
}

/** A create or an update of a user. */
export interface ChaosOperation {
  readonly kind: 'create' | 'update';
  readonly id: string;
  readonly user: string;
  readonly at: Date;
  readonly set: Readonly<Record<string, string | number | boolean>>;
  readonly unset: readonly string[];
  readonly increment: Readonly<Record<string, number>>;
}

export type ChaosItem = ChaosEvent | ChaosOperation;

/** Few, so that operations of all sources meet in each document. */
const USERS = 7;
/** Attributes that are set and unset. Increments have names of their own: a set of one would hide a lost increment. */
const SLOTS = 5;
/** Long past: the API replaces times that are later than the arrival. */
const FIRST_AT = Date.UTC(2026, 0, 1);

export const keyOf = ({ source, number }: ItemId): string => `${source}.${number}`;

/** Two of three items are events. */
export function itemOf(id: ItemId): ChaosItem {
  const mixed = mix(id);
  const user = `user-${mixed % USERS}`;
  return id.number % 3 === 2 ? operation(id, user) : { ...event(id), user };
}

function event({ source, number }: ItemId): Omit<ChaosEvent, 'user'> {
  const text = number % 5 === 0 ? `Grüße, ${'x'.repeat(number % 300)}` : `n${number}`;
  return {
    kind: 'event',
    name: `tick_${number % 3}`,
    attributes: { source, number, text, list: [number, null, true] },
  };
}

function operation(id: ItemId, user: string): ChaosOperation {
  const { number } = id;
  const slot = (shift: number): string => `slot_${(mix(id) + shift) % SLOTS}`;
  const common = { id: keyOf(id), user, at: new Date(FIRST_AT + (mix(id) % 100_000_000)) };
  if (number % 4 === 0) return { ...common, kind: 'create', set: { [slot(0)]: number }, unset: [], increment: {} };
  return {
    ...common,
    kind: 'update',
    set: { [slot(0)]: `${keyOf(id)}`, [slot(1)]: number % 2 === 0 },
    unset: number % 5 === 0 ? [slot(2)] : [],
    increment: { total: number, operations: 1 },
  };
}

/** A whole number that looks random (FNV-1a over the key). */
function mix(id: ItemId): number {
  let hash = 0x811c9dc5;
  for (const character of keyOf(id)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}
