/**
 * What JSON.stringify makes of one value before it looks inside: `toJSON` is called once, the objects of primitives are
 * unwrapped. Values that JSON.stringify writes as `{}`, or refuses, get a useful form first. By shape, because values come
 * from other realms too (`node:vm`, test environments).
 */
import { types } from 'node:util';
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { RealDate } from '@dataloaf/core/values/real-date';

/** Every value takes at least two bytes: itself and a comma. */
export const VALUES_MAX = ITEM_BYTES_MAX / 2;

/** There is none. The description says why. */
const INVALID_DATE = Symbol('an invalid Date');
const TOO_MANY = Symbol(`more than ${VALUES_MAX} values`);
export const HIDDEN = Symbol('an object that JSON writes as {}');
const REASONS: ReadonlySet<unknown> = new Set([INVALID_DATE, TOO_MANY, HIDDEN]);

/** Why a form is none. Undefined for a symbol of the caller, and for anything else. */
export function noFormOf(form: unknown): string | undefined {
  return typeof form === 'symbol' && REASONS.has(form) ? form.description : undefined;
}

/** Functions and symbols stay: the caller decides. */
export function formOf(value: unknown, name: string): unknown {
  if (typeof value === 'bigint') return formOfBigInt(value, name);
  if (typeof value !== 'object' || value === null) return value;
  if (types.isDate(value) && Number.isNaN(RealDate.prototype.getTime.call(value))) return INVALID_DATE;
  const json: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON(name) : value;
  if (typeof json === 'bigint') return formOfBigInt(json, name);
  return typeof json === 'object' && json !== null ? formOfObject(json) : json;
}

/** Whether JSON writes `{}` for an object of a class, whatever it holds. A plain object may be of another realm. */
export function hidesContent(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null;
  return !isPlain && Object.keys(value).length === 0;
}

/** A number where one is equal; programs also give BigInt a `toJSON`. */
function formOfBigInt(value: bigint, name: string): unknown {
  const { toJSON }: { readonly toJSON?: unknown } = Object(value);
  if (typeof toJSON === 'function') return Reflect.apply(toJSON, value, [name]);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function formOfObject(value: object): unknown {
  if (Array.isArray(value)) return value;
  if (types.isBoxedPrimitive(value)) return formOfBoxed(value);
  if (types.isMap(value)) return value.size > VALUES_MAX ? TOO_MANY : formOfMap(value);
  if (types.isSet(value)) return value.size > VALUES_MAX ? TOO_MANY : [...value];
  if (types.isTypedArray(value)) return value.length > VALUES_MAX ? TOO_MANY : Array.from<number | bigint>(value);
  return isError(value) ? formOfError(value) : formOfOther(value);
}

const formOfOther = (value: object): unknown => (types.isRegExp(value) ? String(value) : value);

function formOfBoxed(value: object): unknown {
  if (types.isNumberObject(value)) return Number(value);
  if (types.isStringObject(value)) return String(value);
  if (types.isBigIntObject(value)) return formOfBigInt(BigInt.prototype.valueOf.call(value), '');
  return types.isBooleanObject(value) ? Boolean.prototype.valueOf.call(value) : HIDDEN;
}

/** An object where all keys are strings or numbers that stay apart, else a list of pairs. */
function formOfMap(map: ReadonlyMap<unknown, unknown>): unknown {
  const isName = (key: unknown): boolean => typeof key === 'string' || typeof key === 'number';
  const entries = [...map];
  if (!entries.every(([key]) => isName(key))) return entries;
  const object = Object.fromEntries(entries);
  return Object.keys(object).length === entries.length ? object : entries;
}

interface ErrorLike {
  readonly name: unknown;
  readonly message: unknown;
}

/** Some errors of the platform, such as DOMException, are objects of their own kind. */
function isError(value: object): value is ErrorLike {
  if (types.isNativeError(value)) return true;
  return 'stack' in value && 'name' in value && 'message' in value && typeof value.message === 'string';
}

/** Without the stack: it is long, and holds paths of this machine. */
function formOfError(error: ErrorLike): object {
  const { name, message } = error;
  const hidden = ['cause', 'errors'].filter((key) => Object.hasOwn(error, key));
  const shown = Object.keys(error).filter((key) => key !== 'stack');
  const own = [...hidden, ...shown].map((key) => [key, Reflect.get(error, key)] as const);
  return Object.fromEntries([['name', name], ['message', message], ...own]);
}
