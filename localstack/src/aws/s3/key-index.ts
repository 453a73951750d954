/** The keys of one bucket in S3's order, by their UTF-8 bytes. Descriptions are read from disk on first use. */
import type { ObjectInfo } from './object-file.ts';

export class KeyIndex {
  #sorted: string[] = [];
  readonly #infos = new Map<string, ObjectInfo | undefined>();

  constructor(keys: Iterable<string>) {
    for (const key of keys) this.#infos.set(key, undefined);
    this.#sorted = [...this.#infos.keys()].sort(compareKeys);
  }

  get size(): number {
    return this.#sorted.length;
  }

  has(key: string): boolean {
    return this.#infos.has(key);
  }

  /** Also undefined while the description has not been read. */
  info(key: string): ObjectInfo | undefined {
    return this.#infos.get(key);
  }

  set(key: string, info: ObjectInfo): void {
    if (!this.#infos.has(key)) this.#sorted.splice(this.#firstNotBefore(key), 0, key);
    this.#infos.set(key, info);
  }

  delete(key: string): void {
    if (this.#infos.delete(key)) this.#sorted.splice(this.#firstNotBefore(key), 1);
  }

  /** The keys from `from` on, including it, in order. */
  *from(from: string): Generator<string> {
    for (let at = this.#firstNotBefore(from); at < this.#sorted.length; at += 1) yield this.#sorted[at] ?? '';
  }

  #firstNotBefore(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#sorted[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Compares by UTF-8 bytes. UTF-16 units sort the same, except surrogates, which encode the highest characters. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
