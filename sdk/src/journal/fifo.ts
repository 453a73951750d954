/** A queue whose `shift` takes constant time; an array's moves all other elements. */

const COMPACT_AT = 1_024;

export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.#head >= this.#items.length) return undefined;
    const item = this.#items[this.#head];
    // An item may hold a large buffer, and its place may be kept for long.
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The first item that passes the test, which also gets the item after it. */
  find(test: (item: T, next: T | undefined) => boolean): T | undefined {
    for (let at = this.#head; at < this.#items.length; at += 1) {
      const item = this.#items[at];
      if (item !== undefined && test(item, this.#items[at + 1])) return item;
    }
    return undefined;
  }

  toArray(): T[] {
    return this.#items.slice(this.#head).filter((item) => item !== undefined);
  }
}
