/**
 * Sends events through the SDK, with a bounded number in flight. It gives up when the API has settled nothing for a while.
 * The captured events stay in the journal then, and the next run of the same import sends the rest.
 */
import { DataLoaf, type DroppedItem } from '@dataloaf/sdk';
import { UnreachableError } from '../../errors.ts';
import type { ApiAccess } from '../../target.ts';
import { PENDING_EVENTS_MAX, ROOM_EVERY_EVENTS } from '../limits.ts';
import type { MappedEvent, Reject } from '../read/outcome.ts';
import type { EventIds } from './event-id.ts';

export interface SenderOptions {
  readonly target: ApiAccess;
  /** Folder of the journal. */
  readonly journal: string;
  readonly patienceMs: number;
}

export interface SenderPorts {
  readonly ids: EventIds;
  readonly onReject: (reject: Reject) => void;
  /** Aborted: stop waiting. */
  readonly signal: AbortSignal;
}

const POLL_MS = 20;
const CLOSE_MS = 500;
/** The command reports what matters itself, at the end. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

export class Sender {
  readonly #options: SenderOptions;
  readonly #ports: SenderPorts;
  readonly #client: DataLoaf;
  #sent = 0;
  #progressAt = Date.now();
  #settled = 0;

  constructor(options: SenderOptions, ports: SenderPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#client = new DataLoaf({
      endpoint: options.target.endpoint,
      serverKey: options.target.serverKey,
      dir: options.journal,
      logger: quiet,
      onDrop: (items) => this.#onDrop(items),
    });
  }

  /** Captured events. */
  get sent(): number {
    return this.#sent;
  }

  /** Captured events without a response. */
  get pending(): number {
    return this.#client.stats().pendingItems;
  }

  /** Captures one event. Returns a promise when the caller has to wait for room. */
  capture(event: MappedEvent): Promise<void> | undefined {
    this.#client.createEvent({
      id: this.#ports.ids.idOf(event.line, event.ownId),
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

  /** Ends the client. Pending events stay in the journal. */
  async close(): Promise<void> {
    await this.#client.shutdown({ timeout: CLOSE_MS });
  }

  async #room(): Promise<void> {
    // Awaiting a resolved promise alone would starve the sockets and the disk.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#patiently(this.#client.whenWritable());
    await this.#waitFor(() => this.pending < PENDING_EVENTS_MAX);
  }

  async #patiently(promise: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = promise.finally(() => {
      isDone = true;
    });
    // Most of these promises are resolved already: the race ends at once.
    await Promise.race([done, this.#waitFor(() => isDone)]);
  }

  async #waitFor(isReached: () => boolean): Promise<void> {
    while (!isReached() && !this.#ports.signal.aborted) {
      this.#assertProgress();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #assertProgress(): void {
    const { delivered, lastError } = this.#client.stats();
    const now = Date.now();
    // Capturing is progress, too: the wait counts from the last captured event.
    const settled = delivered + this.#sent;
    if (settled !== this.#settled) {
      this.#settled = settled;
      this.#progressAt = now;
    }
    if (now - this.#progressAt < this.#options.patienceMs) return;
    const seconds = Math.round(this.#options.patienceMs / 1_000);
    throw new UnreachableError(
      'api_silent',
      `Expected ${this.#options.target.endpoint} to accept events, but it accepted none for ${seconds} s${lastError === undefined ? '' : `: ${lastError}`}.`,
      {
        hint: 'Captured events are in the journal. Run the same command again: it continues, and no event gets a second id.',
      },
    );
  }

  #onDrop(items: readonly DroppedItem[]): void {
    for (const item of items) {
      const line = this.#ports.ids.lineOf(item.id);
      const message = item.message ?? `The event was dropped (${item.reason}).`;
      this.#ports.onReject({
        line,
        code: item.code ?? item.reason,
        message,
        ...(item.id === null ? {} : { id: item.id }),
      });
    }
  }
}
