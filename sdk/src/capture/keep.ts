/** What is sent of the caller's attributes, increments and names to unset: all that JSON can hold and the API takes. */
import type { Attributes } from '@dataloaf/core/api';
import { ATTRIBUTES_MAX, ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { checkAttributes } from '@dataloaf/core/values/attributes';
import { checkChanges } from '@dataloaf/core/values/changes';
import { isObject, kindOf } from '@dataloaf/core/values/parsed';
import { type Check, keepAllowed } from './keep-allowed.ts';
import { type LeftOut, leaveOut } from './left-out.ts';
import { toJson } from './to-json.ts';

/** Of an event. Undefined when there are none. */
export function keepAttributes(value: unknown, leftOut: LeftOut[]): Attributes | undefined {
  return keepMembers(value, { field: 'attributes', check: checkAttributes }, leftOut);
}

/** Of a create or an update. */
export function keepUserAttributes(value: unknown, leftOut: LeftOut[]): Attributes | undefined {
  return keepMembers(value, { field: 'attributes', check: checkSet }, leftOut);
}

export function keepIncrement(value: unknown, leftOut: LeftOut[]): Attributes | undefined {
  return keepMembers(value, { field: 'increment', check: checkIncrement }, leftOut);
}

export function keepUnset(value: unknown, leftOut: LeftOut[]): readonly unknown[] | undefined {
  const names = toJson(value, 'unset', leftOut);
  if (names == null) return undefined;
  if (!Array.isArray(names)) {
    leaveOut(leftOut, ['unset'], `Expected unset to be an array of names, got ${kindOf(names)}.`);
    return undefined;
  }
  const kept: unknown[] = [];
  for (const name of names) {
    const broken = checkChanges({ unset: [name] }, 'attributes');
    if (broken === undefined && kept.length < ATTRIBUTES_MAX) kept.push(name);
    else leaveOut(leftOut, ['unset'], broken?.message ?? `Expected unset to have at most ${ATTRIBUTES_MAX} names.`);
  }
  return kept;
}

/** Leaves out the largest members until at least this many bytes are saved. */
export function withoutLargest(members: Attributes, bytes: number, leftOut: LeftOut[]): Attributes {
  const bySize = Object.entries(members).map(([name, value]) => ({ name, size: name.length + sizeOf(value) }));
  bySize.sort((one, other) => other.size - one.size);
  const large = new Set<string>();
  let saved = 0;
  for (const { name, size } of bySize) {
    if (saved >= bytes) break;
    saved += size;
    large.add(name);
    const message = `Expected an item of at most ${ITEM_BYTES_MAX} bytes, got more; this is one of its largest attributes.`;
    leaveOut(leftOut, ['attributes', name], message);
  }
  return Object.fromEntries(Object.entries(members).filter(([name]) => !large.has(name)));
}

const checkSet: Check = (set, field) => checkChanges({ set }, field);
const checkIncrement: Check = (increment, field) => checkChanges({ increment }, field);

function keepMembers(
  value: unknown,
  options: { readonly field: string; readonly check: Check },
  leftOut: LeftOut[],
): Attributes | undefined {
  const { field } = options;
  const json = toJson(value, field, leftOut);
  if (json == null) return undefined;
  if (!isObject(json)) {
    leaveOut(leftOut, [field], `Expected ${field} to be an object, got ${kindOf(json)}.`);
    return undefined;
  }
  // toJson has made it JSON.
  const kept = keepAllowed(json, options, leftOut) as Attributes;
  const tooMuch = sizeOf(kept) - ITEM_BYTES_MAX;
  return tooMuch > 0 ? withoutLargest(kept, tooMuch, leftOut) : kept;
}

/** Not more than its bytes as JSON. Without the NULs, which the API does not store. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2 - (value.includes('\0') ? value.split('\0').length - 1 : 0);
  if (typeof value !== 'object' || value === null) return 1;
  let size = 2;
  if (Array.isArray(value)) for (const inner of value) size += 1 + sizeOf(inner);
  else for (const [name, inner] of Object.entries(value)) size += name.length + 4 + sizeOf(inner);
  return size - (size > 2 ? 1 : 0);
}
