/** An attribute that a question names: one of events, or one of users. */

/** Keys of a path (our choice: deeper values are rare, and each step costs the warehouse a lookup). */
export const PATH_KEYS_MAX = 5;
/** Bytes of one key: the limit of an identifier on Redshift, which a key in a path is (AWS documentation). */
export const KEY_BYTES_MAX = 127;

export interface Attribute {
  /** Attributes of users have today's values, not those at the time of an event. */
  readonly of: 'event' | 'user';
  /** From the outermost key inwards: `['cart', 'total']`. */
  readonly path: readonly string[];
  /** Also reads a string that holds a number, such as "5", as that number. Otherwise only JSON numbers are numbers. */
  readonly asNumber: boolean;
}
