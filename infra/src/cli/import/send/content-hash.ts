/** A hash of what an event says, in 53 bits: two lines with one id are compared by it. The order of the attributes does not count. */
import type { MappedEvent } from '../read/outcome.ts';

export function contentHash({ name, userId, timestamp, attributes }: MappedEvent): number {
  return hashOf(JSON.stringify([name, userId, timestamp ?? null, sorted(attributes)]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}

/** Two FNV-1a hashes of 32 bits with different starts. A cryptographic hash would cost more than reading the line. */
function hashOf(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
  }
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
