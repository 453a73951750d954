/**
 * Finds the keys that come twice in one object of a body. Runs only when a key is known to be repeated, once over the text,
 * in linear time. `"a"` and `"\u0061"` are the same key. Pure.
 */
import { endOfString } from '../values/json-shape.ts';

export interface RepeatedKey {
  readonly name: string;
  /** The item as it was sent, on one line. */
  readonly text: string;
}

export interface RepeatedKeys {
  /** The first repeated key that is in no item. */
  readonly outside: string | undefined;
  /** The first repeated key of each item, by the position of the item. */
  readonly items: ReadonlyMap<number, RepeatedKey>;
}

/** An object or array that encloses the current place. */
interface Frame {
  readonly start: number;
  readonly isArray: boolean;
  /** The name of the current member. */
  name: string | undefined;
  /** All names so far, from the second one on. */
  names: Set<string> | undefined;
  /** The position of the current element. */
  index: number;
}

/** The frames around an item: the body, and the array of items in it. */
const FRAMES_AROUND_ITEM = 2;

/** `text` is valid JSON. `field` has the items; without it the body is the only item. */
export function findRepeatedKeys(text: string, field: string | undefined): RepeatedKeys {
  const finder = new Finder(text, field);
  for (let at = 0; at < text.length; at += 1) at = finder.read(at);
  return finder;
}

class Finder implements RepeatedKeys {
  outside: string | undefined;
  readonly items = new Map<number, RepeatedKey>();
  readonly #text: string;
  readonly #field: string | undefined;
  readonly #frames: Frame[] = [];
  #isNameNext = false;
  /** The repeated key of the item that is being read. */
  #inItem: string | undefined;

  constructor(text: string, field: string | undefined) {
    this.#text = text;
    this.#field = field;
  }

  /** Reads one token. @returns the index of its last character */
  read(at: number): number {
    switch (this.#text[at]) {
      case '{':
      case '[':
        this.#open(at);
        break;
      case '}':
      case ']':
        this.#close(at);
        break;
      case ',':
        this.#next();
        break;
      case '"':
        return this.#string(at);
    }
    return at;
  }

  #open(start: number): void {
    const isArray = this.#text[start] === '[';
    this.#frames.push({ start, isArray, name: undefined, names: undefined, index: 0 });
    this.#isNameNext = !isArray;
  }

  #next(): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    this.#isNameNext = !frame.isArray;
    if (frame.isArray) frame.index += 1;
  }

  #close(end: number): void {
    const frame = this.#frames.pop();
    this.#isNameNext = false;
    if (frame === undefined || this.#inItem === undefined) return;
    const around = this.#field === undefined ? 0 : FRAMES_AROUND_ITEM;
    if (this.#frames.length !== around) return;
    // Only between tokens does JSON have line breaks as they are.
    const text = this.#text.slice(frame.start, end + 1).replace(/[\r\n]+/g, ' ');
    this.items.set(this.#frames[1]?.index ?? 0, { name: this.#inItem, text });
    this.#inItem = undefined;
  }

  #string(start: number): number {
    const end = endOfString(this.#text, start);
    const frame = this.#frames.at(-1);
    if (this.#isNameNext && frame !== undefined) this.#name(frame, unquote(this.#text.slice(start, end + 1)));
    return end;
  }

  #name(frame: Frame, name: string): void {
    this.#isNameNext = false;
    if (frame.name !== undefined) {
      frame.names ??= new Set([frame.name]);
      if (frame.names.has(name)) this.#repeated(name);
      frame.names.add(name);
    }
    frame.name = name;
  }

  #repeated(name: string): void {
    if (this.#isInItem()) this.#inItem ??= name;
    else this.outside ??= name;
  }

  #isInItem(): boolean {
    if (this.#field === undefined) return true;
    const [body, items] = this.#frames;
    return this.#frames.length > FRAMES_AROUND_ITEM && body?.name === this.#field && items?.isArray === true;
  }
}

const unquote = (literal: string): string =>
  literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
