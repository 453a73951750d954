/** `instance.json` in the stack's own folder: which data of Postgres belongs to the stack. */
import { readFileSync, statSync } from 'node:fs';

export interface Instance {
  readonly id: string;
  readonly password: string;
  readonly home: string;
}

export function readInstance(file: string): Instance | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isInstance(value) ? value : undefined;
  } catch {
    // A torn file of a killed first start: the data is created again.
    return undefined;
  }
}

const isInstance = (value: unknown): value is Instance =>
  typeof value === 'object' &&
  value !== null &&
  ['id', 'password', 'home'].every((name) => typeof Reflect.get(value, name) === 'string');

export const readText = (file: string): string | undefined =>
  statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : undefined;
