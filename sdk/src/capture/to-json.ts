/**
 * The value that JSON.stringify would write for a value of the caller: `toJSON` is called, values that JSON cannot hold are
 * left out. The work is bounded: cycles end at the depth limit, wide shared objects at the budget.
 */
import { types } from 'node:util';
import { BODY_FRAME_DEPTH, DEPTH_MAX, ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { accept, type Parsed, type Rejection, reject } from '@dataloaf/core/values/parsed';

/** Nesting of attributes; the API counts the object, the array and the item of a body too. */
const ATTRIBUTES_DEPTH_MAX = DEPTH_MAX - BODY_FRAME_DEPTH;
/** Every value takes at least two bytes: itself and a comma. */
const VALUES_MAX = ITEM_BYTES_MAX / 2;

interface Budget {
  valuesLeft: number;
}

interface Copying extends Budget {
  /** Objects and arrays around the value that is copied. */
  depth: number;
  /** The limit that the value exceeds; the copy is incomplete then. */
  broken: Rejection | undefined;
  readonly field: string;
}

/**
 * The value itself where it is JSON already, as most are, else a copy. `field` is the caller's name for it. The copy keeps a
 * BigInt, so that the rules of the wire refuse it.
 */
export function toJson(value: unknown, field: string): Parsed<unknown> {
  if (value === undefined) return ABSENT;
  if (isJson(value, 0, { valuesLeft: VALUES_MAX })) return accept(value);
  const copying: Copying = { valuesLeft: VALUES_MAX, depth: 0, broken: undefined, field };
  const copy = copyOf(value, '', copying);
  return copying.broken ?? accept(copy);
}

const ABSENT = accept(undefined);

/** False also for what exceeds a limit: the copy finds out which. */
function isJson(value: unknown, depth: number, budget: Budget): boolean {
  budget.valuesLeft -= 1;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true;
  if (value === null) return true;
  if (typeof value !== 'object' || depth === ATTRIBUTES_DEPTH_MAX || budget.valuesLeft < 0) return false;
  if ('toJSON' in value) return false;
  return Array.isArray(value) ? isJsonArray(value, depth, budget) : isJsonObject(value, depth, budget);
}

/** By index: a hole is not JSON, and counts. */
function isJsonArray(values: readonly unknown[], depth: number, budget: Budget): boolean {
  for (let at = 0; at < values.length; at += 1) {
    if (!isJson(values[at], depth + 1, budget)) return false;
  }
  return true;
}

function isJsonObject(value: object, depth: number, budget: Budget): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name in value) {
    if (!isJson((value as Readonly<Record<string, unknown>>)[name], depth + 1, budget)) return false;
  }
  return true;
}

function copyOf(value: unknown, name: string, copying: Copying): unknown {
  copying.valuesLeft -= 1;
  if (copying.valuesLeft < 0) copying.broken ??= tooManyValues(copying.field);
  if (typeof value !== 'object' || value === null) return value;
  const plain = unwrap(value, name);
  if (typeof plain !== 'object' || plain === null) return plain;
  if (copying.depth === ATTRIBUTES_DEPTH_MAX) copying.broken ??= tooDeep(copying.field);
  if (copying.broken !== undefined) return undefined;
  copying.depth += 1;
  const copy = Array.isArray(plain) ? copyArray(plain, copying) : copyObject(plain, copying);
  copying.depth -= 1;
  return copy;
}

const tooDeep = (field: string): Rejection =>
  reject('attributes_invalid', `Expected ${field} to be nested at most ${ATTRIBUTES_DEPTH_MAX} deep, got more.`);

const tooManyValues = (field: string): Rejection =>
  reject('item_too_large', `Expected ${field} to hold at most ${VALUES_MAX} values, got more.`);

function copyArray(values: readonly unknown[], copying: Copying): readonly unknown[] {
  const copy: unknown[] = [];
  for (let at = 0; at < values.length && copying.broken === undefined; at += 1) {
    const inner = copyOf(values[at], String(at), copying);
    copy.push(isWritten(inner) ? inner : null);
  }
  return copy;
}

function copyObject(value: object, copying: Copying): object {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    if (copying.broken !== undefined) break;
    const inner = copyOf((value as Readonly<Record<string, unknown>>)[name], name, copying);
    if (isWritten(inner)) setOwn(copy, name, inner);
  }
  return copy;
}

/** An assignment to `__proto__` would change the prototype. */
function setOwn(copy: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    copy[name] = value;
  }
}

function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/** As JSON.stringify: `toJSON` once, then the primitive inside a Number, String, Boolean or BigInt object. */
function unwrap(value: object, name: string): unknown {
  const plain: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON(name) : value;
  if (types.isNumberObject(plain)) return Number(plain);
  if (types.isStringObject(plain)) return String(plain);
  return types.isBooleanObject(plain) || types.isBigIntObject(plain) ? plain.valueOf() : plain;
}
