/** A hash of what an event says, in 53 bits: two lines with one id are compared by it. The order of the attributes does not count. */
import type { MappedEvent } from '../read/outcome.ts';

export function contentHash({ name, userId, timestamp, attributes }: MappedEvent): number {
  const hash = new Hash();
  for (const value of [name, userId, timestamp ?? null, attributes]) add(hash, value);
  return hash.value;
}

function add(hash: Hash, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    hash.add(`${typeof value} ${String(value)}`);
    return;
  }
  hash.add(Array.isArray(value) ? '[' : '{');
  for (const name of Object.keys(value).sort()) {
    hash.add(name);
    add(hash, (value as Readonly<Record<string, unknown>>)[name]);
  }
  hash.add('end');
}

/** Two FNV-1a hashes of 32 bits with different primes. A cryptographic hash would cost more than reading the line. */
class Hash {
  #high = 0x811c9dc5;
  #low = 0x01000193;

  get value(): number {
    return (this.#high & 0x1fffff) * 0x1_0000_0000 + (this.#low >>> 0);
  }

  add(text: string): void {
    let high = this.#high;
    let low = this.#low;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x85ebca6b);
    }
    // The length keeps two texts apart from the same characters cut elsewhere.
    this.#high = Math.imul(high ^ text.length, 0x01000193);
    this.#low = Math.imul(low ^ text.length, 0x85ebca6b);
  }
}
