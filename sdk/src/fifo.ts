/** A queue whose `shift` takes constant time; an array's moves every element behind it. */

const COMPACT_AT = 1_024;

export class Fifo<T> {
  #items: T[] = [];
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
    this.#head += 1;
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The items from the first that passes on; they are in the order of the test, so it is searched from the end. */
  tailWhile(test: (item: T) => boolean): T[] {
    let from = this.#items.length;
    while (from > this.#head) {
      const item = this.#items[from - 1];
      if (item === undefined || !test(item)) break;
      from -= 1;
    }
    return this.#items.slice(from);
  }
}
