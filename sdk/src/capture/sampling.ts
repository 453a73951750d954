/**
 * Keeps a share of users, the same users for every event name and in every process, so that funnels stay whole. A kept
 * event says how many events it stands for, so that counts can be scaled back whatever the share was at the time.
 */
import type { Draft } from '../types.ts';

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
  const { attributes } = draft;
  // Anything but an object is refused by the rules of the wire, which come next.
  if (attributes != null && (typeof attributes !== 'object' || Array.isArray(attributes))) return draft;
  return { ...draft, attributes: { ...attributes, [WEIGHT_ATTRIBUTE]: 1 / share } };
}
