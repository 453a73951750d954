/** Hides values of attributes by dotted paths, in copies of the caller's objects. `*` stands for any one name. */
import type { Attributes, Json } from '@dataloaf/core/api';

const REDACTED = '[redacted]';

export type Redact = (attributes: Attributes) => Attributes;

export function createRedact(paths: readonly string[]): Redact | undefined {
  if (paths.length === 0) return undefined;
  const split = paths.map((path) => path.split('.'));
  return (attributes) => split.reduce<Attributes>((result, path) => hideIn(result, path), attributes);
}

function hideIn(attributes: Attributes, path: readonly string[]): Attributes {
  const [name = '', ...rest] = path;
  const names = name === '*' ? Object.keys(attributes) : [name].filter((each) => Object.hasOwn(attributes, each));
  let result = attributes;
  for (const each of names) {
    const value = attributes[each];
    if (value === undefined) continue;
    const hidden = rest.length === 0 ? REDACTED : hideInValue(value, rest);
    // A plain copy: the computed key makes `__proto__` a name like any other.
    if (hidden !== value) result = { ...result, [each]: hidden };
  }
  return result;
}

function hideInValue(value: Json, path: readonly string[]): Json {
  if (typeof value !== 'object' || value === null) return value;
  // Array.isArray does not narrow a readonly array, so a list is recognised first.
  if (isList(value)) return hideInList(value, path);
  return hideIn(value, path);
}

function hideInList(list: readonly Json[], path: readonly string[]): Json {
  const [name = '', ...rest] = path;
  return list.map((value, index) => {
    if (name !== '*' && name !== String(index)) return value;
    return rest.length === 0 ? REDACTED : hideInValue(value, rest);
  });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
