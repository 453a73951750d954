/** Keys that come twice in one object of a line. JSON.parse keeps the last value and drops the others in silence. Pure. */

/** Returns how many values were dropped. `object` is what JSON.parse made of `text`. */
export function countRepeatedKeys(text: string, object: object): number {
  // A quick upper bound decides almost every line: a string with a quote and a colon in it counts, too.
  const kept = keysIn(object);
  let quick = 0;
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) quick += 1;
  return quick <= kept ? 0 : Math.max(0, membersIn(text) - kept);
}

function keysIn(value: object): number {
  const values = Object.values(value);
  let count = Array.isArray(value) ? 0 : values.length;
  for (const inner of values) if (typeof inner === 'object' && inner !== null) count += keysIn(inner);
  return count;
}

/** The colons outside strings. The text is valid JSON. */
const membersIn = (text: string): number => text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
