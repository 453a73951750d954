/** `state/last-tick.json`: what the loader last reported. The port `TickReader` and the parser of what it reads. */
import { StorageError } from '@dataloaf/core/errors';

export interface LastTick {
  readonly checkedAt: Date;
  /** Every object that arrived up to here is loaded; undefined before the first load. */
  readonly completeTo: Date | undefined;
  readonly loadId: number | undefined;
  readonly parked: number;
}

/** Answers undefined when no tick has run yet. */
export type TickReader = () => Promise<LastTick | undefined>;

/** Undefined for `null`, which stands there from the making of a warehouse to its first tick. @throws StorageError for other texts */
export function parseLastTick(text: string): LastTick | undefined {
  const fields = parseObject(text);
  if (fields === null) return undefined;
  const checkedAt = dateOf(fields['checked_at']);
  const loadId = fields['load_id'];
  const parked = fields['parked'];
  if (checkedAt === undefined) throw unexpected('checked_at');
  if (loadId !== null && typeof loadId !== 'number') throw unexpected('load_id');
  if (typeof parked !== 'number') throw unexpected('parked');
  const completeTo = fields['complete_to'] === null ? undefined : dateOf(fields['complete_to']);
  if (completeTo === undefined && fields['complete_to'] !== null) throw unexpected('complete_to');
  return { checkedAt, completeTo, loadId: loadId ?? undefined, parked };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object') return value as Readonly<Record<string, unknown>> | null;
  } catch (cause) {
    throw unexpected('JSON', cause);
  }
  throw unexpected('an object');
}

function dateOf(value: unknown): Date | undefined {
  const at = typeof value === 'string' ? new Date(value) : undefined;
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
}

const unexpected = (field: string, cause?: unknown): StorageError =>
  new StorageError('last_tick_unreadable', `Expected ${field} in the loader's last-tick.json, got something else.`, {
    hint: 'The next load writes the object again. Check that loader and Insights have the same version.',
    cause,
  });
