/** Replaces what names a run, an account or a machine. Pure. */
import type { Json } from './json.ts';

/** Names that differ between two runs, each with what stands for it. */
export type Names = readonly (readonly [name: string, placeholder: string])[];

/** In a text that the service wrote: also accounts, access keys and ids. */
export function maskMessage(text: string, names: Names): string {
  return maskNames(text, names)
    .replaceAll(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '<access-key>')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replaceAll(/(?<![0-9])[0-9]{12}(?![0-9])/g, '000000000000');
}

export const maskNames = (text: string, names: Names): string =>
  names.reduce((masked, [name, placeholder]) => masked.replaceAll(name, placeholder), text);

export function maskValue(value: Json, names: Names): Json {
  if (typeof value === 'string') return maskNames(value, names);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((member) => maskValue(member, names));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskValue(member, names)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
