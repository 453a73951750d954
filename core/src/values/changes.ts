/** What one operation does to the attributes of its user: what it sets, unsets and increments. `null` in a set is an unset. */
import { ATTRIBUTES_MAX, INCREMENT_ABS_MAX } from '../limits.ts';
import { canonicalJson, checkAttributes, checkNames } from './attributes.ts';
import { isObject, kindOf, type Rejection, reject } from './parsed.ts';

/** As they came; null and undefined stand for absent. */
export interface Changes {
  readonly set?: unknown;
  readonly unset?: unknown;
  readonly increment?: unknown;
}

/** The columns of an operation that hold its changes: JSON objects, null where there is nothing. */
export interface StoredChanges {
  readonly set_attributes: string | null;
  readonly unset_attributes: string | null;
  readonly increment_attributes: string | null;
}

/** For an update; a create may change nothing. */
export function checkMentioned({ set, unset, increment }: Changes): Rejection | undefined {
  if (set != null || unset != null || increment != null) return undefined;
  return reject('update_empty', 'Expected an update to have set, unset or increment, got none of them.');
}

/** `setField` is the caller's name for what is set. */
export function checkChanges(changes: Changes, setField: string): Rejection | undefined {
  const { set, unset, increment } = changes;
  return (
    (set == null ? undefined : checkUserAttributes(set, setField)) ??
    (unset == null ? undefined : checkUnset(unset)) ??
    (increment == null ? undefined : checkIncrement(increment)) ??
    checkRepeated(changes)
  );
}

/** Of changes that have been checked. */
export function storeChanges({ set, unset, increment }: Changes): StoredChanges {
  // Maps, not objects: an attribute may be called __proto__.
  const kept = new Map<string, unknown>();
  const removed = new Map<string, unknown>(listOf(unset).map((name) => [name, true]));
  for (const [name, value] of entriesOf(set)) {
    if (value === null) removed.set(name, true);
    else kept.set(name, value);
  }
  return {
    set_attributes: objectText(kept),
    unset_attributes: objectText(removed),
    increment_attributes: objectText(new Map(entriesOf(increment))),
  };
}

/** Null for an empty one: the column stays null, and the fold has nothing to unnest. */
function objectText(entries: ReadonlyMap<string, unknown>): string | null {
  return entries.size === 0 ? null : canonicalJson(Object.fromEntries(entries));
}

function checkUserAttributes(value: unknown, field: string): Rejection | undefined {
  return checkAttributes(value, field) ?? checkTrailingBlanks(value, field);
}

/** The warehouse compares names of user attributes as strings, and Redshift ignores trailing blanks there. */
function checkTrailingBlanks(value: unknown, field: string): Rejection | undefined {
  if (!isObject(value) || !Object.keys(value).some((name) => name.endsWith(' '))) return undefined;
  return reject('attribute_name_invalid', `Expected names in ${field} without a trailing blank.`);
}

function checkUnset(value: unknown): Rejection | undefined {
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    return reject('attributes_invalid', `Expected unset to be an array of names, got ${kindOf(value)}.`);
  }
  if (value.length > ATTRIBUTES_MAX) {
    return reject('too_many_keys', `Expected unset to have at most ${ATTRIBUTES_MAX} names, got ${value.length}.`);
  }
  if (new Set(value).size < value.length) return reject('attribute_repeated', 'Expected each name once in unset.');
  return checkNames(value, 'unset');
}

function checkIncrement(value: unknown): Rejection | undefined {
  const broken = checkUserAttributes(value, 'increment');
  if (broken !== undefined) return broken;
  for (const [name, amount] of entriesOf(value)) {
    if (typeof amount === 'number' && Math.abs(amount) <= INCREMENT_ABS_MAX) continue;
    const rule = `a number from -${INCREMENT_ABS_MAX} to ${INCREMENT_ABS_MAX}`;
    const got = typeof amount === 'number' ? 'one beyond' : kindOf(amount);
    return reject('increment_invalid', `Expected increment ${JSON.stringify(name)} to be ${rule}, got ${got}.`);
  }
  return undefined;
}

/** Each part names an attribute at most once, so only names in two parts are looked for. */
function checkRepeated({ set, unset, increment }: Changes): Rejection | undefined {
  const repeated =
    listOf(unset).find((name) => hasName(set, name) || hasName(increment, name)) ??
    (set == null ? undefined : namesOf(increment).find((name) => hasName(set, name)));
  if (repeated === undefined) return undefined;
  const got = `${JSON.stringify(repeated)} twice`;
  return reject('attribute_repeated', `Expected each attribute once in an operation, got ${got}.`);
}

const hasName = (value: unknown, name: string): boolean => isObject(value) && Object.hasOwn(value, name);
const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
const namesOf = (value: unknown): readonly string[] => (isObject(value) ? Object.keys(value) : []);
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);
