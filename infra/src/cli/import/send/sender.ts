/**
 * Events through the SDK, with a bounded number on the way. Gives up when the API has not settled anything for a while:
 * what was captured stays in the journal, and the same import run again sends the rest.
 */

import type { DroppedItem } from '@dataloaf/sdk';
import { DataLoaf } from '@dataloaf/sdk';
import { UnreachableError } from '../../errors.ts';
import { PENDING_EVENTS_MAX, ROOM_EVERY_EVENTS } from '../limits.ts';
import type { MappedEvent, Reject } from '../read/outcome.ts';
import type { EventIds } from './event-id.ts';
import type { Target } from './probe.ts';

export interface SenderOptions {
  readonly target: Target;
  /** Folder of the journal. */
  readonly journal: string;
  readonly ids: EventIds;
  readonly patienceMs: number;
  readonly onReject: (reject: Reject) => void;
  /** Aborted: stop waiting. */
  readonly signal: AbortSignal;
}

const LOOK_MS = 20;
const CLOSE_MS = 500;
/** The command line tells what matters itself, at the end. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

export class Sender {
  readonly #options: SenderOptions;
  readonly #client: DataLoaf;
  #sent = 0;
  #progressAt = Date.now();
  #settled = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#client = new DataLoaf({
      endpoint: options.target.endpoint,
      serverKey: options.target.serverKey,
      dir: options.journal,
      logger: quiet,
      onDrop: (items) => this.#onDrop(items),
    });
  }

  /** Events captured. */
  get sent(): number {
    return this.#sent;
  }

  /** Captured and without an answer. */
  get pending(): number {
    return this.#client.stats().pendingItems;
  }

  /** Captures one event. A promise, when there is no room for more at the moment. */
  capture(event: MappedEvent): Promise<void> | undefined {
    this.#client.createEvent({
      id: this.#options.ids.idOf(event.line, event.ownId),
      name: event.name,
      userId: event.userId,
      timestamp: event.timestamp,
      attributes: event.attributes,
    });
    this.#sent += 1;
    return this.#sent % ROOM_EVERY_EVENTS === 0 ? this.#room() : undefined;
  }

  /** Waits until everything is settled. @throws UnreachableError */
  async finish(): Promise<void> {
    await this.#patiently(this.#client.flush());
    await this.#waitFor(() => this.pending === 0);
  }

  /** Ends the client; what is pending stays in the journal. */
  async close(): Promise<void> {
    await this.#client.shutdown({ timeout: CLOSE_MS });
  }

  async #room(): Promise<void> {
    // A promise that is resolved already would never let the sockets and the disk have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#patiently(this.#client.whenWritable());
    await this.#waitFor(() => this.pending < PENDING_EVENTS_MAX);
  }

  async #patiently(promise: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = promise.finally(() => {
      isDone = true;
    });
    // Most promises of this kind are resolved already.
    await Promise.race([done, this.#waitFor(() => isDone)]);
  }

  async #waitFor(isReached: () => boolean): Promise<void> {
    while (!isReached() && !this.#options.signal.aborted) {
      this.#assertProgress();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  #assertProgress(): void {
    const { delivered, lastError } = this.#client.stats();
    const now = Date.now();
    // Reading the file is progress of its own: the wait counts from the last event that was captured.
    const settled = delivered + this.#sent;
    if (settled !== this.#settled) {
      this.#settled = settled;
      this.#progressAt = now;
    }
    if (now - this.#progressAt < this.#options.patienceMs) return;
    const seconds = Math.round(this.#options.patienceMs / 1_000);
    throw new UnreachableError(
      'api_silent',
      `Expected ${this.#options.target.endpoint} to take events, for ${seconds} s it took none${lastError === undefined ? '' : `: ${lastError}`}.`,
      {
        hint: 'What was captured is in the journal. Run the same command again: it continues, and nothing is sent twice under two ids.',
      },
    );
  }

  #onDrop(items: readonly DroppedItem[]): void {
    for (const item of items) {
      const line = this.#options.ids.lineOf(item.id);
      const message = item.message ?? `The event was dropped (${item.reason}).`;
      this.#options.onReject({
        line,
        code: item.code ?? item.reason,
        message,
        ...(item.id === null ? {} : { id: item.id }),
      });
    }
  }
}
