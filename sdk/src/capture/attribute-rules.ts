/**
 * Whether attributes keep the rules of the wire, found before anything is stored. Looks at values as JSON.stringify will:
 * `toJSON` is called, what JSON cannot hold is left out. Cycles end at the depth limit, shared wide ones at the budget.
 */
import type { RejectCode } from '@dataloaf/core/api';
import {
  ATTRIBUTES_MAX,
  DEPTH_MAX,
  INCREMENT_ABS_MAX,
  ITEM_BYTES_MAX,
  KEYS_MAX,
  NAME_BYTES_MAX,
  STRING_BYTES_MAX,
} from '@dataloaf/core/limits';

export interface Violation {
  readonly kind: 'violation';
  readonly code: RejectCode;
  readonly message: string;
}

/** A body's own object, array and item stand around the attributes. */
const ATTRIBUTES_DEPTH_MAX = DEPTH_MAX - 3;
/** The fields of an item are names too; an update has the most. */
const ATTRIBUTE_KEYS_MAX = KEYS_MAX - 6;
/** Every value takes two bytes at least (itself and a comma). */
const VALUES_MAX = ITEM_BYTES_MAX / 2;

interface Budget {
  keys: number;
  values: number;
}

/** Undefined when all is well. `field` is how the caller knows these attributes. */
export function findViolation(attributes: unknown, field: string): Violation | undefined {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) {
    return violation('attributes_invalid', `${field} must be an object, got ${kindOf(attributes)}`);
  }
  const count = Object.keys(attributes).length;
  if (count > ATTRIBUTES_MAX) {
    return violation('too_many_keys', `${field} may have ${ATTRIBUTES_MAX} attributes, got ${count}`);
  }
  const budget = { keys: ATTRIBUTE_KEYS_MAX, values: VALUES_MAX };
  return checkValue(attributes, { path: field, depth: 1, budget });
}

export function findIncrementViolation(increment: unknown): Violation | undefined {
  if (typeof increment !== 'object' || increment === null || Array.isArray(increment)) {
    return violation('increment_invalid', `increment must be an object, got ${kindOf(increment)}`);
  }
  for (const [name, by] of Object.entries(increment)) {
    const wrongName = checkName(name, 'increment');
    if (wrongName !== undefined) return wrongName;
    if (by === undefined) continue;
    if (typeof by !== 'number' || !(Math.abs(by) <= INCREMENT_ABS_MAX)) {
      const rule = `a number between -${INCREMENT_ABS_MAX} and ${INCREMENT_ABS_MAX}`;
      return violation('increment_invalid', `increment.${name} must be ${rule}, got ${kindOf(by)}`);
    }
  }
  return undefined;
}

export function checkName(name: unknown, field: string): Violation | undefined {
  if (typeof name === 'string' && name !== '' && fits(name, NAME_BYTES_MAX)) return undefined;
  return violation('attribute_name_invalid', `names in ${field} must be texts of 1 to ${NAME_BYTES_MAX} bytes`);
}

/** Whether the text has at most this many UTF-8 bytes; counted only when the length does not tell. */
export function fits(text: string, bytes: number): boolean {
  if (isShort(text, bytes)) return true;
  return text.length <= bytes && Buffer.byteLength(text) <= bytes;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly budget: Budget;
}

function checkValue(value: unknown, place: Place): Violation | undefined {
  place.budget.values -= 1;
  if (place.budget.values < 0) return violation('item_too_large', `${place.path} has more than ${VALUES_MAX} values`);
  switch (typeof value) {
    case 'string':
      if (fits(value, STRING_BYTES_MAX)) return undefined;
      return violation('string_too_long', `${place.path} must be at most ${STRING_BYTES_MAX} bytes`);
    case 'number':
      return checkNumber(value, place);
    case 'bigint':
      return violation('number_unsafe', `${place.path} is a BigInt, which JSON cannot hold; send a text`);
    case 'object':
      return value === null ? undefined : checkObject(value, place);
    default:
      return undefined;
  }
}

function checkNumber(value: number, place: Place): Violation | undefined {
  if (!Number.isFinite(value)) return violation('number_unsafe', `${place.path} must be a finite number, got ${value}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return violation('number_unsafe', `${place.path} is an integer beyond 2^53, which loses digits; send a text`);
  }
  return undefined;
}

function checkObject(value: object, place: Place): Violation | undefined {
  if ('toJSON' in value && typeof value.toJSON === 'function') return checkValue(value.toJSON(), place);
  if (place.depth > ATTRIBUTES_DEPTH_MAX) {
    return violation('attributes_invalid', `${place.path.slice(0, 80)} is nested deeper than ${ATTRIBUTES_DEPTH_MAX}`);
  }
  return Array.isArray(value) ? checkArray(value, place) : checkEntries(value, place);
}

function checkArray(values: readonly unknown[], place: Place): Violation | undefined {
  const inside = { path: `${place.path}[]`, depth: place.depth + 1, budget: place.budget };
  for (const value of values) {
    const found = checkValue(value, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function checkEntries(value: object, place: Place): Violation | undefined {
  for (const [name, inner] of Object.entries(value)) {
    place.budget.keys -= 1;
    if (place.budget.keys < 0) {
      return violation('too_many_keys', `an item may have ${KEYS_MAX} names in all, nested ones included`);
    }
    // Most are small plain values under short names: nothing is built for them.
    if (isShort(name, NAME_BYTES_MAX) && name !== '' && isHarmless(inner)) continue;
    const wrong =
      checkName(name, place.path) ??
      checkValue(inner, { path: `${place.path}.${name}`, depth: place.depth + 1, budget: place.budget });
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isHarmless(value: unknown): boolean {
  if (typeof value === 'string') return isShort(value, STRING_BYTES_MAX);
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return typeof value === 'boolean' || value === null || value === undefined;
}

/** Surely within this many bytes, whatever its characters. */
function isShort(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes;
}

export function violation(code: RejectCode, message: string): Violation {
  return { kind: 'violation', code, message };
}

/** What came, without its content. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
