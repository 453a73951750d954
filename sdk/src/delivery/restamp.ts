/** Corrects the time of an event that a wrong clock has stamped. Pure. The id and all other bytes stay. */

import { Buffer } from 'node:buffer';
import { FUTURE_MS_MAX } from '@dataloaf/core/limits';
import { RealDate } from '@dataloaf/core/values/real-date';
import { type JournalItem, textOf } from '../journal/record.ts';

export interface ClockError {
  /** The clock of the API. */
  readonly dateMs: number;
  /** By how much ours is ahead. */
  readonly aheadMs: number;
}

/** The field that the SDK writes. Inside a string its quotes would be escaped. */
const STAMP = /"event_created":"([^"\\]+)"/;
/** The Lambda that refused the event may have another second than the gateway that dated the answer. */
const MARGIN_MS = 60_000;

/**
 * The event, as it would be with a right clock, and not later than the answer. Undefined when the event is not too far
 * ahead of the API: then the refusal has another cause.
 */
export function restamp(item: JournalItem, { dateMs, aheadMs }: ClockError): JournalItem | undefined {
  const text = textOf(item);
  const [field = '', stamp = ''] = STAMP.exec(text) ?? [];
  const stampMs = RealDate.parse(stamp);
  if (item.kind !== 'event' || !(stampMs > dateMs + FUTURE_MS_MAX - MARGIN_MS)) return undefined;
  const rightMs = Math.min(stampMs - Math.max(aheadMs, 0), dateMs);
  const source = Buffer.from(text.replace(field, `"event_created":"${new RealDate(rightMs).toISOString()}"`));
  return { kind: item.kind, source, start: 0, bytes: source.length };
}
