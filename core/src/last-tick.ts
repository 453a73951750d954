/**
 * `state/last-tick.json`: what the loader reported last. The loader writes it at the end of each tick; Insights and the
 * CLI show it as "loaded up to". Its one type, its one parser and its one writer.
 */
import { isObject } from './values/parsed.ts';

export interface LastTick {
  readonly checkedAt: Date;
  /** Every object that arrived up to here is loaded or parked; undefined when that is not known. */
  readonly completeTo: Date | undefined;
  /** The newest load; undefined before the first one. */
  readonly loadId: number | undefined;
  /** Parked objects in the ledger. */
  readonly parked: number;
  /** Late objects that a full listing found since the tables were created: they appeared under an hour long past. */
  readonly late: number;
}

export type ParsedLastTick =
  | { readonly kind: 'tick'; readonly tick: LastTick }
  /** `null`: no tick has run since the tables were created. */
  | { readonly kind: 'none' }
  /** Another version wrote it, or it is damaged. Each caller decides what that means; the next tick writes it again. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export function parseLastTick(text: string): ParsedLastTick {
  const fields = parseJson(text);
  if (fields === null) return { kind: 'none' };
  if (fields === undefined) return unreadable('JSON');
  if (!isObject(fields)) return unreadable('an object');
  const { checked_at, complete_to, load_id, parked, late = 0 } = fields;
  const checkedAt = dateOf(checked_at);
  if (checkedAt === undefined) return unreadable('checked_at');
  const completeTo = complete_to === null ? undefined : dateOf(complete_to);
  if (completeTo === undefined && complete_to !== null) return unreadable('complete_to');
  if (load_id !== null && typeof load_id !== 'number') return unreadable('load_id');
  if (typeof parked !== 'number') return unreadable('parked');
  if (typeof late !== 'number') return unreadable('late');
  return { kind: 'tick', tick: { checkedAt, completeTo, loadId: load_id ?? undefined, parked, late } };
}

export const formatLastTick = ({ checkedAt, completeTo, loadId, parked, late }: LastTick): string =>
  JSON.stringify({
    checked_at: checkedAt.toISOString(),
    complete_to: completeTo?.toISOString() ?? null,
    load_id: loadId ?? null,
    parked,
    late,
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse has no other reason to throw, and never returns undefined.
    return undefined;
  }
}

function dateOf(value: unknown): Date | undefined {
  const at = typeof value === 'string' ? new Date(value) : undefined;
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
}

const unreadable = (field: string): ParsedLastTick => ({
  kind: 'unreadable',
  reason: `Expected ${field} in the loader's last-tick.json, got something else.`,
});
