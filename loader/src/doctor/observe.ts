/** What an outcome shows, as a value that two warehouses can be compared by. Pure. */
import type { Cell } from '@dataloaf/core/warehouse/warehouse';
import { inNameOrder, type Json, shorten } from './json.ts';
import type { ColumnFacts, Outcome, StatementOutcome } from './session.ts';

/** Kinds of failures in the words of Redshift and of the local stand-in. The first that matches counts. */
const ERROR_KINDS: readonly (readonly [string, RegExp])[] = [
  ['not_emulated', /^ERROR: (?:The local warehouse|Redshift) does not support/],
  ['division_by_zero', /division by zero|divide by zero/i],
  ['permission', /permission denied|not authorized|must be owner|access ?denied/i],
  ['timeout', /statement timeout|cancell?ed on user's request|query timeout/i],
  ['unsupported', /not supported|unsupported/i],
  ['conflict', /\b10(?:18|20|23)\b|serializable isolation|conflict/i],
  ['missing', /does not exist|not found/i],
  ['load', /load_error|load into table/i],
  ['too_long', /too long|exceeds|limit/i],
  ['invalid_value', /invalid|not valid|out of range|overflow|cannot|could not convert/i],
];

export const errorKind = (message: string): string =>
  ERROR_KINDS.find(([, words]) => words.test(message))?.[0] ?? 'other';

export type Shows = 'rows' | 'types' | 'success';

export function observeOutcome(outcome: Outcome, shows: Shows = 'rows'): Json {
  switch (outcome.status) {
    case 'FINISHED':
      return observeLast(lastResult(outcome), shows);
    case 'REFUSED':
      return { refused: nameOf(outcome.error) };
    case 'FAILED': {
      const failed = outcome.statements.find(({ status }) => status === 'FAILED');
      return { failed: failed?.name ?? 'transaction', error: errorKind(failed?.error ?? outcome.error ?? '') };
    }
    default:
      return { ended: outcome.status };
  }
}

/** `ValidationException: ...` */
const nameOf = (error = ''): string => error.slice(0, error.indexOf(':') === -1 ? undefined : error.indexOf(':'));

const lastResult = ({ statements }: Outcome): StatementOutcome | undefined =>
  statements.findLast(({ columns }) => columns.length > 0);

function observeLast(last: StatementOutcome | undefined, shows: Shows): Json {
  if (shows === 'success') return 'succeeded';
  const rows = last === undefined ? [] : last.rows.map((row) => observeRow(row, last.columns));
  return shows === 'types' ? { types: (last?.columns ?? []).map(typeOf), rows } : { rows };
}

function typeOf({ type, precision, scale }: ColumnFacts): string {
  return type === 'numeric' ? `numeric(${precision},${scale})` : type;
}

const observeRow = (row: readonly Cell[], columns: readonly ColumnFacts[]): Json =>
  row.map((cell, at) => observeCell(cell, columns[at]?.type ?? ''));

/** A SUPER is compared by its JSON value: neither the order of its names nor the spelling of a number is promised. */
function observeCell(cell: Cell, type: string): Json {
  if (typeof cell !== 'string') return cell;
  if (type !== 'super') return shorten(cell);
  try {
    return { super: shorten(inNameOrder(JSON.parse(cell))) };
  } catch {
    return { text: shorten(cell) };
  }
}
