/** Reads the columns with a role, in the same way from a CSV record and from a JSON object. Pure. */
import type { ColumnMapping } from './mapping.ts';
import type { MappedEvent, Problem } from './outcome.ts';
import { parseTime, type Time } from './time.ts';

/** Returns the value in a column, undefined if there is none. */
export type ValueIn<Source> = (source: Source, column: string) => unknown;

type Roles = Omit<MappedEvent, 'line' | 'attributes'>;

export function readRoles<Source>(mapping: ColumnMapping, source: Source, valueIn: ValueIn<Source>): Roles | Problem {
  const text = (column: string): string | Problem => toText(valueIn(source, column), column);
  const name = mapping.event.kind === 'constant' ? mapping.event.name : text(mapping.event.column);
  if (typeof name !== 'string') return name;
  const userId = text(mapping.user);
  if (typeof userId !== 'string') return userId;
  const ownId = mapping.id === undefined ? undefined : text(mapping.id);
  if (typeof ownId === 'object') return ownId;
  const time: Time | undefined = mapping.time === undefined ? undefined : parseTime(valueIn(source, mapping.time));
  if (time?.ok === false) return time.problem;
  return { name, userId, ownId, timestamp: time?.ms };
}

export const missing = (columns: readonly string[]): string =>
  `Expected the file to have the column${columns.length === 1 ? '' : 's'} ${columns.map((name) => JSON.stringify(name)).join(', ')}.`;

/** Keeps a string. Turns an integer that JSON kept exactly into its digits. */
function toText(value: unknown, column: string): string | Problem {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const isAbsent = value === undefined || value === null || value === '';
  const expected = `Expected a string in the column ${JSON.stringify(column)}`;
  return isAbsent
    ? { code: 'field_missing', message: `${expected}, got nothing.` }
    : {
        code: 'field_invalid',
        message: `${expected}, got a value of another type (or a number that is not an exact integer).`,
      };
}
