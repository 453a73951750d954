/**
 * Keeps a share of users, the same users for every event name and in every process, so that funnels stay whole. A kept
 * event says how many events it stands for, so that counts can be scaled back whatever the share was at the time.
 */
import type { Attributes } from '@dataloaf/core/api';
import { isObject } from '@dataloaf/core/values/parsed';
import type { Draft } from '../types.ts';
import { formOf } from './json-form.ts';

/** Attribute of a sampled event: one divided by the share. */
const WEIGHT_ATTRIBUTE = 'sample_weight';

/** FNV-1a, 32 bits: its offset basis and prime. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function isSampledIn(userId: string, share: number): boolean {
  if (share >= 1) return true;
  let hash = OFFSET;
  for (let at = 0; at < userId.length; at += 1) hash = Math.imul(hash ^ userId.charCodeAt(at), PRIME);
  // The last rounds spread the low bits of short ids over the whole number (murmur3's finaliser).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < share;
}

export function withWeight(draft: Draft, share: number): Draft {
  if (draft.kind !== 'event') return draft;
  const weight = { [WEIGHT_ATTRIBUTE]: 1 / share };
  return { ...draft, attributes: extended(draft.attributes, weight) };
}

/** Without a call of the getters, where one throws: the encoder leaves out what throws, and reports it. */
function extended(attributes: Attributes | undefined, more: Attributes): Attributes {
  try {
    const form = formOf(attributes ?? {}, '');
    return isObject(form) ? { ...(form as Attributes), ...more } : (attributes ?? more);
  } catch {
    const own = isObject(attributes) ? Object.getOwnPropertyDescriptors(attributes) : {};
    return Object.defineProperties({}, { ...own, ...Object.getOwnPropertyDescriptors(more) });
  }
}
