/** What of an item is not sent, while the rest is. */

export interface LeftOut {
  /** Its names from the attributes on, such as `cart.total`. Empty for all attributes of the item. */
  readonly name: string;
  /** How many values. */
  readonly count: number;
  readonly message: string;
}

/** A report has no more of an item: the attributes may be the keys of a large map. */
const LEFT_OUT_MAX = 100;
const NAME_CHARS_MAX = 80;

/** `path`: the caller's name for the attributes, then the names inside. */
export function leaveOut(leftOut: LeftOut[], path: readonly string[], message: string): void {
  const last = leftOut.at(-1);
  if (last !== undefined && leftOut.length >= LEFT_OUT_MAX) {
    leftOut[leftOut.length - 1] = { ...last, count: last.count + 1 };
    return;
  }
  leftOut.push({ name: path.slice(1).join('.').slice(0, NAME_CHARS_MAX), count: 1, message });
}
