/**
 * Attributes: a JSON object of any values, checked against the limits and kept as canonical JSON text, which the log in S3
 * holds and Redshift's SUPER takes. No store takes NUL or half a surrogate pair: values lose them (a half becomes U+FFFD),
 * names with one are refused, because repairing two names could make them one. `number.ts` has the rule for numbers.
 */
import { Buffer } from 'node:buffer';
import { ATTRIBUTES_MAX, KEYS_MAX, NAME_BYTES_MAX, STRING_BYTES_MAX } from '../limits.ts';
import { isSafeNumber } from './number.ts';
import { accept, isObject, kindOf, type Parsed, type Rejection, reject } from './parsed.ts';
import { isLongerThan, isUnstorable } from './text.ts';

/** A path in a message is cut here: its names may be long. */
const PATH_CHARS_MAX = 80;

/** The canonical JSON text of an attributes object. */
export function parseAttributes(value: unknown, field: string): Parsed<string> {
  return checkAttributes(value, field) ?? accept(canonicalJson(value));
}

/**
 * JSON text whose values hold neither NUL nor half a surrogate pair, and no number too near to 0 for Redshift. Its names
 * have been checked.
 */
export function canonicalJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Only such a number, or a string that looks like one, has this exponent.
  const text = /e-3\d\d/.test(json) ? JSON.stringify(value, withoutTinyNumber) : json;
  // JSON.stringify writes NUL and lone surrogates, and only these, as such escapes. Hardly any text has an escape at all.
  if (!text.includes('\\u') || !/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return text.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (sequence) => {
    if (sequence === '\\\\') return sequence;
    return sequence === '\\u0000' ? '' : '\ufffd';
  });
}

/**
 * FLOAT8 of Redshift ends at about 1e-307 (AWS documentation, "Numeric types"). COPY may refuse a smaller number in SUPER,
 * and then the whole object would be parked for one number.
 */
export const NUMBER_ABS_MIN = 1e-300;

const withoutTinyNumber = (_name: string, value: unknown): unknown =>
  typeof value === 'number' && Math.abs(value) < NUMBER_ABS_MIN ? 0 : value;

/** `field` is the caller's name for these attributes. The depth is limited before: the check recurses. */
export function checkAttributes(value: unknown, field: string): Rejection | undefined {
  if (!isObject(value)) {
    return reject('attributes_invalid', `Expected ${field} to be an object, got ${kindOf(value)}.`);
  }
  const names = Object.keys(value);
  if (names.length > ATTRIBUTES_MAX) {
    const got = names.length;
    return reject('too_many_keys', `Expected ${field} to have at most ${ATTRIBUTES_MAX} attributes, got ${got}.`);
  }
  const walk: Walk = { names: names.length, path: [] };
  const broken = checkNamesOf(names) ?? checkEntries(value, names, walk);
  return broken === undefined ? undefined : reject(broken.code, broken.messageAt(`${field}${pathOf(walk)}`));
}

export function checkNames(names: readonly string[], field: string): Rejection | undefined {
  const broken = checkNamesOf(names);
  return broken === undefined ? undefined : reject(broken.code, broken.messageAt(field));
}

/** Whether attributes, at any depth, may have this name. */
export function isAttributeName(name: string): boolean {
  return name !== '' && !isLongerThan(name, NAME_BYTES_MAX) && !isUnstorable(name);
}

/** One pass over the attributes. */
interface Walk {
  /** Names seen so far, nested ones included. */
  names: number;
  /** From the broken value outwards; filled only on the way out. */
  readonly path: string[];
}

/** A broken rule before the place is known: the path is put together only for a value that is refused. */
interface Broken {
  readonly code: Rejection['code'];
  messageAt(place: string): string;
}

/** The order decides which of several broken rules is reported: an object first, then its values from the last to the first. */
function checkValue(value: unknown, walk: Walk): Broken | undefined {
  if (typeof value !== 'object' || value === null) return checkScalar(value);
  if (Array.isArray(value)) return checkArray(value, walk);
  const names = Object.keys(value);
  walk.names += names.length;
  const broken = walk.names > KEYS_MAX ? TOO_MANY_NAMES : checkNamesOf(names);
  if (broken !== undefined) return broken;
  return checkEntries(value as Readonly<Record<string, unknown>>, names, walk);
}

function checkEntries(
  values: Readonly<Record<string, unknown>>,
  names: readonly string[],
  walk: Walk,
): Broken | undefined {
  for (let at = names.length - 1; at >= 0; at -= 1) {
    const name = names[at] ?? '';
    const broken = checkValue(values[name], walk);
    if (broken === undefined) continue;
    walk.path.push(`.${name}`);
    return broken;
  }
  return undefined;
}

function checkArray(values: readonly unknown[], walk: Walk): Broken | undefined {
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const broken = checkValue(values[at], walk);
    if (broken === undefined) continue;
    walk.path.push(`[${at}]`);
    return broken;
  }
  return undefined;
}

const TOO_MANY_NAMES: Broken = {
  code: 'too_many_keys',
  // The count is that of the whole item, so the place at which it ran over says nothing.
  messageAt: () => `Expected at most ${KEYS_MAX} names in the attributes, nested ones included.`,
};

function checkNamesOf(names: readonly string[]): Broken | undefined {
  for (const name of names) {
    if (!isAttributeName(name)) return wrongName(name);
  }
  return undefined;
}

const wrongName = (name: string): Broken => ({
  code: 'attribute_name_invalid',
  messageAt: (place) =>
    `Expected names in ${place} of 1 to ${NAME_BYTES_MAX} bytes, without NUL or half a surrogate pair, got one of ` +
    `${Buffer.byteLength(name)} bytes that breaks this rule.`,
});

function checkScalar(value: unknown): Broken | undefined {
  if (typeof value === 'string') return isLongerThan(value, STRING_BYTES_MAX) ? tooLong(value) : undefined;
  if (typeof value === 'number') return isSafeNumber(value) ? undefined : UNSAFE_NUMBER;
  // JSON has none, but a caller of the SDK may pass one.
  return typeof value === 'bigint' ? UNSAFE_NUMBER : undefined;
}

const tooLong = (text: string): Broken => ({
  code: 'string_too_long',
  messageAt: (place) =>
    `Expected ${place} to be a string of at most ${STRING_BYTES_MAX} bytes, got ${Buffer.byteLength(text)}.`,
});

const UNSAFE_NUMBER: Broken = {
  code: 'number_unsafe',
  messageAt: (place) =>
    `Expected ${place} to be a number that JSON keeps exactly, got one that is not finite, or whole and beyond 2^53; send it as a string.`,
};

function pathOf({ path }: Walk): string {
  const text = path.reverse().join('');
  return text.length > PATH_CHARS_MAX ? `${text.slice(0, PATH_CHARS_MAX)}...` : text;
}
