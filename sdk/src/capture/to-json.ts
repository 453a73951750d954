/**
 * The JSON of a value of the caller. As JSON.stringify writes it, and in a useful form where that would write `{}` or throw:
 * the table is in the README. A member that has no JSON (a function, a getter that throws, a reference back to an object
 * around it) is left out with its reason, and the rest stays. In a list such a value costs the list, because the places of
 * the others would shift; only functions and symbols become null there. The work is bounded: what is nested too deep or
 * holds too many values costs its attribute.
 */
import type { Attributes } from '@dataloaf/core/api';
import { BODY_FRAME_DEPTH, DEPTH_MAX } from '@dataloaf/core/limits';
import { isObject } from '@dataloaf/core/values/parsed';
import { formOf, HIDDEN, hidesContent, noFormOf, VALUES_MAX } from './json-form.ts';
import { type LeftOut, leaveOut } from './left-out.ts';

/** Nesting of attributes; the API counts the object, the array and the item of a body too. */
const ATTRIBUTES_DEPTH_MAX = DEPTH_MAX - BODY_FRAME_DEPTH;
/** Attributes with too many values, before all that follow are left out unread. */
const TOO_LARGE_MAX = 2;

interface Budget {
  valuesLeft: number;
}

interface Copying extends Budget {
  /** The names to the value that is copied; the places in lists are not among them. */
  readonly path: string[];
  /** The objects and lists around the value that is copied, outermost first. */
  readonly around: unknown[];
  readonly leftOut: LeftOut[];
  /** Why the last value has no JSON. */
  got: string;
  /** The attribute exceeds a limit: what is around the value ends too, up to the attribute. */
  isExceeded: boolean;
  /** How many attributes did. */
  tooLarge: number;
}

/** The value has no JSON. `got` says why. */
const UNKEPT = Symbol('no JSON');
/** As UNKEPT, but null in a list, as JSON.stringify writes it. */
const HOLE = Symbol('no JSON, null in a list');

/**
 * The value itself where it is JSON already, as most are, else a copy without what has no JSON. Undefined where nothing is
 * left. `field` is the caller's name for it. Numbers and texts are not checked, and a BigInt that no number equals stays: the
 * rules of the wire come next.
 */
export function toJson(value: unknown, field: string, leftOut: LeftOut[]): unknown {
  if (value === undefined || value === null) return undefined;
  if (isWhollyJson(value)) return value;
  const copying: Copying = {
    valuesLeft: VALUES_MAX,
    path: [field],
    around: [],
    leftOut,
    got: '',
    isExceeded: false,
    tooLarge: 0,
  };
  try {
    const copy = copyOf(value, '', copying);
    if (copy !== UNKEPT && copy !== HOLE) return copy;
  } catch (error) {
    copying.got = thrown(error);
  }
  note(copying);
  return undefined;
}

/** Whether it is an object that JSON can hold, as it is. */
export function isJsonObject(value: unknown): value is Attributes {
  return isObject(value) && isWhollyJson(value);
}

function isWhollyJson(value: unknown): boolean {
  try {
    return isJson(value, 0, { valuesLeft: VALUES_MAX });
  } catch {
    // A getter or a proxy of the caller has thrown. The copy finds out which.
    return false;
  }
}

/** False also for what exceeds a limit: the copy finds out which. */
function isJson(value: unknown, depth: number, budget: Budget): boolean {
  budget.valuesLeft -= 1;
  if (budget.valuesLeft < 0) return false;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true;
  if (value === null) return true;
  if (typeof value !== 'object' || depth === ATTRIBUTES_DEPTH_MAX) return false;
  if ('toJSON' in value) return false;
  return Array.isArray(value) ? isJsonArray(value, depth, budget) : isJsonMembers(value, depth, budget);
}

/** By index: a hole is not JSON, and counts. */
function isJsonArray(values: readonly unknown[], depth: number, budget: Budget): boolean {
  for (let at = 0; at < values.length; at += 1) {
    if (!isJson(values[at], depth + 1, budget)) return false;
  }
  return true;
}

function isJsonMembers(value: object, depth: number, budget: Budget): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name in value) {
    if (!isJson(Reflect.get(value, name), depth + 1, budget)) return false;
  }
  return true;
}

function copyOf(value: unknown, name: string, copying: Copying): unknown {
  copying.valuesLeft -= 1;
  if (copying.valuesLeft < 0) return exceeds(copying, `more than ${VALUES_MAX} values`);
  const form = formOf(value, name);
  const reason = noFormOf(form);
  if (reason !== undefined) return unkept(copying, reason);
  if (typeof form === 'function' || typeof form === 'symbol') {
    unkept(copying, `a ${typeof form}`);
    return HOLE;
  }
  if (typeof form !== 'object' || form === null) return form;
  if (copying.around.includes(value)) return unkept(copying, 'an object that holds itself');
  if (copying.around.length === ATTRIBUTES_DEPTH_MAX) {
    return exceeds(copying, `a value nested more than ${ATTRIBUTES_DEPTH_MAX} deep`);
  }
  copying.around.push(value);
  try {
    return Array.isArray(form) ? copyList(form, copying) : copyMembers(form, copying);
  } finally {
    copying.around.pop();
  }
}

function copyList(values: readonly unknown[], copying: Copying): unknown {
  const copy: unknown[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const inner = copyOf(values[at], String(at), copying);
    if (inner === UNKEPT) return UNKEPT;
    if (inner === HOLE) note(copying);
    copy.push(inner === HOLE ? null : (inner ?? null));
  }
  return copy;
}

function copyMembers(value: object, copying: Copying): unknown {
  if (hidesContent(value)) return unkept(copying, HIDDEN.description);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    copying.path.push(name);
    copyMember({ from: value, to: copy, name }, copying);
    copying.path.pop();
    if (copying.isExceeded) return UNKEPT;
  }
  return copy;
}

interface Member {
  readonly from: object;
  readonly to: Record<string, unknown>;
  readonly name: string;
}

function copyMember({ from, to, name }: Member, copying: Copying): void {
  const { valuesLeft } = copying;
  const value = memberOf(from, name, copying);
  if (value !== UNKEPT && value !== HOLE) {
    if (value !== undefined) setOwn(to, name, value);
    return;
  }
  const isAttribute = copying.around.length === 1;
  if (copying.isExceeded && !isAttribute) return;
  note(copying);
  if (copying.isExceeded) goOn(copying, valuesLeft);
}

function memberOf(from: object, name: string, copying: Copying): unknown {
  try {
    return copyOf(Reflect.get(from, name), name, copying);
  } catch (error) {
    // The caller's own code: a getter, a toJSON, a proxy.
    return unkept(copying, thrown(error));
  }
}

function unkept(copying: Copying, got = ''): typeof UNKEPT {
  copying.got = got;
  return UNKEPT;
}

function exceeds(copying: Copying, got: string): typeof UNKEPT {
  copying.isExceeded = true;
  return unkept(copying, got);
}

/** The next attribute gets what this one has used up, unless too many have. */
function goOn(copying: Copying, valuesLeft: number): void {
  copying.isExceeded = false;
  copying.tooLarge += 1;
  if (copying.tooLarge < TOO_LARGE_MAX) copying.valuesLeft = valuesLeft;
}

function note({ leftOut, path, got }: Copying): void {
  leaveOut(leftOut, path, `Expected ${path.join('.').slice(0, 80)} to be a value that JSON can hold, got ${got}.`);
}

/** An assignment to `__proto__` would change the prototype. */
function setOwn(copy: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    copy[name] = value;
  }
}

function thrown(error: unknown): string {
  try {
    return `one that throws: ${String(error).slice(0, 200)}`;
  } catch {
    // What was thrown has no string of its own.
    return 'one that throws';
  }
}
