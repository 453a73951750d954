import { type Parsed, reject } from './parsed.ts';

/** A misspelt field would be lost in silence, so it is refused. */
export function unknownField(item: object, fields: readonly string[]): Parsed<never> | undefined {
  for (const name in item) {
    if (!fields.includes(name)) {
      return reject('field_unknown', `Expected only ${fields.join(', ')}, got ${JSON.stringify(name.slice(0, 64))}.`);
    }
  }
  return undefined;
}
