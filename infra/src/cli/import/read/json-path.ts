/**
 * Finds a value in a JSON object by a name or a dotted path, such as `properties.distinct_id`. A name that contains the dot
 * itself wins over the path, at every level. Pure, but for `remove`.
 */
import { isObject } from '@dataloaf/core/values/parsed';

type JsonObject = Readonly<Record<string, unknown>>;

/** Where a value is: the object that holds it, and its name there. */
export interface Place {
  readonly holder: JsonObject;
  readonly name: string;
}

export function findPath(object: JsonObject, path: string): Place | undefined {
  if (Object.hasOwn(object, path)) return { holder: object, name: path };
  // From the longest name to the shortest: `a.b` in `{"a.b": {...}}` wins over `a` in `{"a": {"b": ...}}`.
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    const inner = Object.hasOwn(object, name) ? object[name] : undefined;
    const found = isObject(inner) ? findPath(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function valueAt(object: JsonObject, path: string): unknown {
  // The fast path: most columns are plain names.
  if (Object.hasOwn(object, path)) return object[path];
  const place = path.includes('.') ? findPath(object, path) : undefined;
  return place === undefined ? undefined : place.holder[place.name];
}

/** Removes the value, and the objects that are empty then. `object` is the caller's own: JSON.parse has just made it. */
export function removePath(object: JsonObject, path: string): void {
  const place = findPath(object, path);
  if (place === undefined) return;
  Reflect.deleteProperty(place.holder, place.name);
  const outer = path.slice(0, -place.name.length - 1);
  if (outer !== '' && Object.keys(place.holder).length === 0) removePath(object, outer);
}
