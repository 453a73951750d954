/**
 * Records what a test captured, what the SDK reported, and what arrived, and judges it. Each item has its own number,
 * which identifies it whatever its id is.
 */
import type { Captured, DroppedItem, Persisted } from '../../src/types.ts';
import { idOfItem, type SeenItem } from './api-server.ts';

export interface Verdict {
  readonly captured: number;
  /** Reported as on disk or as delivered, but never arrived. */
  readonly lost: readonly string[];
  /** Arrived with changed content, under an unknown id, or under two ids. */
  readonly changed: readonly string[];
  /** Arrivals beyond the first under one id, which the receiver deduplicates. */
  readonly repeats: number;
}

interface Entry {
  readonly number: number;
  answer: Persisted | undefined;
}

export class Ledger {
  readonly drops: DroppedItem[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly #arrivals = new Map<string, string>();
  readonly #arrivedAs = new Map<number, string>();
  readonly #changed: string[] = [];
  #repeats = 0;

  /** The number of the next item. */
  get next(): number {
    return this.#entries.size + 1;
  }

  /** Records the item and, while its process lives, its `persisted` answer. */
  note({ id, persisted }: Captured, isAlive: () => boolean = () => true): void {
    const entry: Entry = { number: this.next, answer: undefined };
    this.#entries.set(id, entry);
    void persisted.then((answer) => {
      if (isAlive()) entry.answer = answer;
    });
  }

  arrived(items: readonly SeenItem[]): void {
    for (const item of items) {
      const id = idOfItem(item);
      const text = JSON.stringify(item);
      const before = this.#arrivals.get(id);
      if (before !== undefined) this.#repeats += 1;
      const number = numberOf(item);
      const firstId = this.#arrivedAs.get(number) ?? id;
      const isSame = this.#entries.get(id)?.number === number && firstId === id && (before ?? text) === text;
      if (!isSame) this.#changed.push(`${id}: ${text.slice(0, 100)}`);
      this.#arrivals.set(id, text);
      this.#arrivedAs.set(number, id);
    }
  }

  hasArrived(id: string): boolean {
    return this.#arrivals.has(id);
  }

  /** Ids that were captured and have not arrived. */
  missing(): readonly string[] {
    return [...this.#entries.keys()].filter((id) => !this.#arrivals.has(id));
  }

  /** Ids with this answer. */
  answered(answer: Persisted): readonly string[] {
    return [...this.#entries].filter(([, entry]) => entry.answer === answer).map(([id]) => id);
  }

  verdict(): Verdict {
    return {
      captured: this.#entries.size,
      lost: this.answered('disk').filter((id) => !this.#arrivals.has(id)),
      changed: this.#changed,
      repeats: this.#repeats,
    };
  }
}

function numberOf(item: SeenItem): number {
  const attributes = item['event_attributes'] ?? item['user_attributes'] ?? item['set'];
  return Number((attributes as { number?: unknown } | undefined)?.number);
}
