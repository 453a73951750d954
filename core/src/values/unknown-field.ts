import { type Rejection, reject } from './parsed.ts';

/** Refuses a misspelt field, whose content would otherwise be lost in silence. */
export function unknownField(item: object, fields: readonly string[]): Rejection | undefined {
  for (const name in item) {
    if (!fields.includes(name)) {
      return reject('field_unknown', `Expected only ${fields.join(', ')}, got ${JSON.stringify(name.slice(0, 64))}.`);
    }
  }
  return undefined;
}
