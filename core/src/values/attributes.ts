/**
 * Attributes: a JSON object of any values. Checked against the limits and made canonical JSON text, which is what the
 * log in S3 holds and Redshift's SUPER takes. NUL and halves of surrogate pairs, which no store takes, are taken out of
 * values (U+FFFD for a half) and refused in names, where mending would make two names one; a whole number beyond 2^53, which JSON.parse has already damaged, is refused.
 */
import { ATTRIBUTES_MAX, KEYS_MAX, NAME_BYTES_MAX, STRING_BYTES_MAX } from '../limits.ts';
import { accept, isObject, kindOf, type Parsed, reject } from './parsed.ts';
import { isLongerThan, isUnstorable } from './text.ts';

/** The canonical JSON text of an attributes object. */
export function parseAttributes(value: unknown, field: string): Parsed<string> {
  const problem = findProblem(value, field);
  return problem ?? accept(canonicalJson(value));
}

/** JSON text whose values have no NUL and no lone surrogate; names have been checked. */
export function canonicalJson(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON.stringify writes NUL and lone surrogates, and only these, as such escapes.
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return text.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (sequence) => {
    if (sequence === '\\\\') return sequence;
    return sequence === '\\u0000' ? '' : '\ufffd';
  });
}

/** Why the value is no attributes object within the limits, or undefined. */
export function findProblem(value: unknown, field: string): Parsed<never> | undefined {
  if (!isObject(value)) {
    return reject('attributes_invalid', `Expected ${field} to be an object, got ${kindOf(value)}.`);
  }
  const names = Object.keys(value).length;
  if (names > ATTRIBUTES_MAX) {
    return reject('too_many_keys', `Expected ${field} to have at most ${ATTRIBUTES_MAX} attributes, got ${names}.`);
  }
  return walk(value, field);
}

/** Iterative: the depth is limited on the wire, but not for a caller of the SDK. */
function walk(root: unknown, field: string): Parsed<never> | undefined {
  const open: unknown[] = [root];
  let names = 0;
  while (open.length > 0) {
    const value = open.pop();
    if (isObject(value)) names += Object.keys(value).length;
    const problem = names > KEYS_MAX ? tooManyKeys(field) : problemOf(value, field);
    if (problem !== undefined) return problem;
    pushInner(open, value);
  }
  return undefined;
}

/** One by one: spreading a long array would overflow the stack. */
function pushInner(open: unknown[], value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) open.push(inner);
}

const problemOf = (value: unknown, field: string): Parsed<never> | undefined =>
  isObject(value) ? namesProblem(Object.keys(value), field) : scalarProblem(value, field);

const tooManyKeys = (field: string): Parsed<never> =>
  reject('too_many_keys', `Expected ${field} to have at most ${KEYS_MAX} names, nested ones included.`);

function namesProblem(names: readonly string[], field: string): Parsed<never> | undefined {
  const wrong = names.find((name) => name === '' || isLongerThan(name, NAME_BYTES_MAX) || isUnstorable(name));
  if (wrong === undefined) return undefined;
  const rule = `Expected names in ${field} of 1 to ${NAME_BYTES_MAX} bytes, without NUL and halves of surrogate pairs`;
  return reject('attribute_name_invalid', `${rule}, got one of ${Buffer.byteLength(wrong)} bytes that is not.`);
}

function scalarProblem(value: unknown, field: string): Parsed<never> | undefined {
  if (typeof value === 'string' && isLongerThan(value, STRING_BYTES_MAX)) {
    const bytes = Buffer.byteLength(value);
    return reject('string_too_long', `Expected texts in ${field} of at most ${STRING_BYTES_MAX} bytes, got ${bytes}.`);
  }
  if (typeof value === 'number' && !isSafe(value)) {
    return reject(
      'number_unsafe',
      `Expected numbers in ${field} that JSON keeps exactly, got one beyond 2^53; send it as a text.`,
    );
  }
  return undefined;
}

const isSafe = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
