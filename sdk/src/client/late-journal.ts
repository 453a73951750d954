/**
 * Takes what is captured after the client has closed: by a request that outlives `shutdown()`, or by a listener of the
 * process's `exit`. Each item is on disk before its capture returns, because there may be no next turn of the event loop.
 * Nobody here sends it. The folder is released once a second passes without a capture, when another client of this process
 * starts, and when the process exits. Then the next client with the same endpoint and key adopts it. A journal whose items
 * the disk did not take stays open until the disk works, or the process ends.
 */
import type { Journal } from '../journal/journal.ts';
import type { PersistedAnswer } from '../journal/persisted-answer.ts';
import type { JournalItem } from '../journal/record.ts';
import { LATE_IDLE_MS } from '../limits.ts';
import { runtime } from '../runtime.ts';

export interface LateJournalPorts {
  readonly createJournal: () => Journal;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  /** Items that only the memory holds when the process exits. */
  readonly onLost: (items: readonly JournalItem[]) => void;
}

const opened = new Set<LateJournal>();

/** For a client that starts: it can adopt the folders of those of this process that have ended. */
export function releaseLateJournals(): void {
  for (const late of opened) late.release();
}

export class LateJournal {
  readonly #ports: LateJournalPorts;
  #journal: Journal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #items = 0;
  #bytes = 0;

  constructor(ports: LateJournalPorts) {
    this.#ports = ports;
  }

  /** Items so far. */
  get items(): number {
    return this.#items;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isOpen(): boolean {
    return this.#journal !== undefined;
  }

  append(item: JournalItem): PersistedAnswer {
    const journal = this.#journal ?? this.#open();
    const { bytes } = item;
    const answer = journal.append(item);
    if (answer.outcome === 'dropped') return answer;
    this.#items += 1;
    this.#bytes += bytes;
    journal.commitSync();
    return answer;
  }

  /** Lets another client adopt the folder, unless some items are in memory only. */
  release(): void {
    if (this.#journal?.unwrittenItems === 0) this.close();
  }

  /** The process exits. */
  close(): void {
    const journal = this.#journal;
    if (journal === undefined) return;
    this.#journal = undefined;
    opened.delete(this);
    runtime.clearInterval(this.#timer);
    journal.closeSync();
    const lost = journal.takeUnwritten();
    this.#items -= lost.length;
    this.#bytes -= lost.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#ports.onLost(lost);
    this.#ports.onClose();
  }

  #open(): Journal {
    const journal = this.#ports.createJournal();
    this.#journal = journal;
    opened.add(this);
    let itemsBefore = this.#items;
    this.#timer = runtime
      .setInterval(() => {
        if (itemsBefore === this.#items) this.release();
        itemsBefore = this.#items;
      }, LATE_IDLE_MS)
      .unref();
    this.#ports.onOpen();
    return journal;
  }
}
