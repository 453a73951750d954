/**
 * Reports every problem, in one place: counters, log lines, the caller's callbacks. A callback that throws breaks
 * nothing. A repeated problem becomes one log line a minute, with a count. Drops are collected and passed on after the
 * capture, or inside it once 1,000 are waiting.
 */
import { DataLoafError, isError, messageOf } from '@dataloaf/core/errors';
import type { LeftOut } from '../capture/left-out.ts';
import { channels } from '../diagnostics.ts';
import { DROPS_PER_CALL_MAX, LOG_MS_MIN, NAMES_REPORTED_MAX } from '../limits.ts';
import { runtime } from '../runtime.ts';
import { isThenable } from '../thenable.ts';
import type { Degradation, DroppedItem, DropReason } from '../types.ts';
import { isExiting } from './exit-hook.ts';
import type { Log } from './logger.ts';

export interface Callbacks {
  readonly onError?: ((error: Error) => void) | undefined;
  readonly onDrop?: ((items: readonly DroppedItem[]) => void) | undefined;
  readonly onDelivered?: ((count: number) => void) | undefined;
  readonly onDegraded?: ((degradation: Degradation) => void) | undefined;
}

/** The thrown value is not an Error. */
class UnknownError extends DataLoafError {
  override readonly name = 'UnknownError';
}

/** A value of the caller is not sent; the rest of its item is. */
class AttributeError extends DataLoafError {
  override readonly name = 'AttributeError';
}

interface Repeats {
  readonly sinceMs: number;
  count: number;
}

export class Reporter {
  readonly dropped: Record<DropReason, number> = {
    invalid: 0,
    rejected: 0,
    overflow: 0,
    corrupt: 0,
    closed: 0,
    lost: 0,
    filter_failed: 0,
    filtered: 0,
    sampled: 0,
  };
  lastError: string | undefined;
  attributesLeftOut = 0;
  readonly #callbacks: Callbacks;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #repeats = new Map<string, Repeats>();
  /** Names of attributes that are reported already. */
  readonly #leftOut = new Set<string>();
  #drops: DroppedItem[] = [];
  #isDropScheduled = false;
  #isInDropCall = false;

  constructor(callbacks: Callbacks, log: Log, now: () => number) {
    this.#callbacks = callbacks;
    this.#log = log;
    this.#now = now;
  }

  drop(item: DroppedItem): void {
    this.dropped[item.reason] += 1;
    const { id, kind, reason, code, message } = item;
    this.#once(`${reason} ${code ?? ''}`, (repeated) => {
      this.#log.error({ id, kind, reason, code, message, repeated }, 'item dropped');
    });
    channels['dataloaf:dropped'].publish(item);
    if (this.#callbacks.onDrop === undefined) return;
    this.#drops.push(item);
    // In a process that exits, no macrotask runs any more.
    if (this.#drops.length >= DROPS_PER_CALL_MAX || isExiting()) this.flushDrops();
    else this.#scheduleDrops();
  }

  /** Items dropped for a reason that the caller did not ask for. */
  get droppedInTrouble(): number {
    const { filtered, sampled, ...trouble } = this.dropped;
    return Object.values(trouble).reduce((sum, count) => sum + count, 0);
  }

  /** The caller asked for it: counted, not reported. */
  leaveOut(reason: 'filtered' | 'sampled'): void {
    this.dropped[reason] += 1;
  }

  /** Attributes that were left out of an item. Each name is reported once. */
  leaveOutAttributes(leftOut: readonly LeftOut[]): void {
    for (const { name, count, message } of leftOut) {
      this.attributesLeftOut += count;
      if (this.#leftOut.has(name) || this.#leftOut.size >= NAMES_REPORTED_MAX) continue;
      this.#leftOut.add(name);
      this.trouble('attribute left out', new AttributeError('attribute_left_out', message), name);
    }
  }

  delivered(count: number): void {
    if (count === 0) return;
    channels['dataloaf:delivered'].publish({ count });
    this.#call('onDelivered', this.#callbacks.onDelivered, count);
  }

  degraded(degradation: Degradation): void {
    if (degradation.mode === 'memory') {
      this.lastError = degradation.message;
      this.#log.warn(degradation, 'disk write failed; items are kept in memory only');
    } else {
      this.#log.info(degradation, 'disk works again; items are written to disk');
    }
    channels['dataloaf:degraded'].publish(degradation);
    this.#call('onDegraded', this.#callbacks.onDegraded, degradation);
  }

  /** A problem that the SDK recovers from. Problems of one kind and cause share a log line. */
  trouble(kind: string, error: unknown, cause = ''): void {
    const known = isError(error) ? error : new UnknownError('unknown', messageOf(error));
    this.lastError = known.message;
    this.#once(`${kind} ${cause}`, (repeated) => this.#log.warn({ err: known.message, repeated }, kind));
    channels['dataloaf:error'].publish({ kind, error: known });
    this.#call('onError', this.#callbacks.onError, known);
  }

  /** For rare facts. Not deduplicated: the caller logs each once. */
  notice(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#log.warn(fields, message);
  }

  /** Calls `onDrop` now with all waiting drops: the process may be about to end. */
  flushDrops(): void {
    // A callback that captures and drops again must not call itself without end.
    if (this.#isInDropCall) {
      this.#scheduleDrops();
      return;
    }
    const items = this.#drops;
    this.#drops = [];
    if (items.length === 0) return;
    this.#isInDropCall = true;
    this.#call('onDrop', this.#callbacks.onDrop, items);
    this.#isInDropCall = false;
  }

  /** A macrotask, so that a callback that captures and drops again cannot starve the process. */
  #scheduleDrops(): void {
    if (this.#isDropScheduled) return;
    this.#isDropScheduled = true;
    runtime.setImmediate(() => {
      this.#isDropScheduled = false;
      this.flushDrops();
    });
  }

  #once(kind: string, say: (repeated: number) => void): void {
    const now = this.#now();
    const before = this.#repeats.get(kind);
    if (before !== undefined && now - before.sinceMs < LOG_MS_MIN) {
      before.count += 1;
      return;
    }
    this.#repeats.set(kind, { sinceMs: now, count: 0 });
    say(before?.count ?? 0);
  }

  /** A callback that throws or rejects is logged once a minute and otherwise ignored: it is the caller's code. */
  #call<T>(name: string, callback: ((value: T) => unknown) | undefined, value: T): void {
    const failed = (error: unknown): void => {
      this.#once(`${name} threw`, (repeated) => this.#log.error({ err: messageOf(error), repeated }, `${name} threw`));
    };
    try {
      const result = callback?.(value);
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
