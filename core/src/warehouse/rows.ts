/**
 * Reads the cells of a Data API row. The API returns a NUMERIC as a string and a BIGINT as a number, a TIMESTAMP as
 * `2026-11-22 06:16:03.123` in UTC, and pads a CHAR with blanks. A cell of another kind is a bug: each function throws.
 */
import { WarehouseError } from '../errors.ts';
import type { Cell } from './warehouse.ts';

/** @throws WarehouseError for a cell that is not a finite number */
export function numberOf(cell: Cell | undefined): number {
  const value = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw unexpected('a number', cell);
}

/** The string without its trailing blanks, which Redshift ignores when it compares. @throws WarehouseError */
export function textOf(cell: Cell | undefined): string {
  if (typeof cell === 'string') return cell.replace(/ +$/, '');
  throw unexpected('a string', cell);
}

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;

/** The instant of a TIMESTAMP, cut to milliseconds. @throws WarehouseError */
export function instantOf(cell: Cell | undefined): Date {
  const match = typeof cell === 'string' ? TIMESTAMP.exec(cell) : null;
  const instant = match === null ? undefined : new Date(`${match[1]}T${match[2]}Z`);
  if (instant === undefined || Number.isNaN(instant.getTime())) throw unexpected('a timestamp', cell);
  return instant;
}

/** Names the kind of the cell, never its content. */
const unexpected = (wanted: string, cell: Cell | undefined): WarehouseError =>
  new WarehouseError('result_unexpected', `Expected ${wanted} from the warehouse, got a ${typeof cell}.`, {
    isRetryable: false,
  });
