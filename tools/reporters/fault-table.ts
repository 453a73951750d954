/**
 * Counts of the faults that a test run injected. Each test reports its own counts; the reporter adds them up and prints one
 * line at the end (fault-table-reporter.ts).
 */
import type { TestContext } from 'vitest';

export interface FaultCounts {
  /** Faults by kind, such as `power cut`. */
  readonly faults: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly lost: number;
  /** Items that were stored twice, after the receiver has left out repeats of one id. */
  readonly doubled: number;
  /** Repeats on the wire: they prove that the faults bite. */
  readonly repeats: number;
}

declare module 'vitest' {
  interface TaskMeta {
    faultCounts?: FaultCounts;
  }
}

export function report({ task }: TestContext, counts: FaultCounts): void {
  task.meta.faultCounts = counts;
}

export class Tally {
  readonly #faults = new Map<string, number>();
  sent = 0;
  lost = 0;
  doubled = 0;
  repeats = 0;

  fault(kind: string, count = 1): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
  }

  add(counts: FaultCounts): void {
    for (const [kind, count] of Object.entries(counts.faults)) this.fault(kind, count);
    this.sent += counts.sent;
    this.lost += counts.lost;
    this.doubled += counts.doubled;
    this.repeats += counts.repeats;
  }

  counts(): FaultCounts {
    const { sent, lost, doubled, repeats } = this;
    return { faults: Object.fromEntries(this.#faults), sent, lost, doubled, repeats };
  }

  /** Such as `faults injected 12 (reset 10, kill 2) | sent 1,000 | lost 0 | duplicates 0 | repeats on the wire 7`. */
  toString(): string {
    const byCount = [...this.#faults].sort(([, a], [, b]) => b - a);
    const total = byCount.reduce((sum, [, count]) => sum + count, 0);
    const kinds = byCount.map(([kind, count]) => `${kind} ${count.toLocaleString('en')}`).join(', ');
    const figures = [
      `faults injected ${total.toLocaleString('en')} (${kinds})`,
      `sent ${this.sent.toLocaleString('en')}`,
      `lost ${this.lost.toLocaleString('en')}`,
      `duplicates ${this.doubled.toLocaleString('en')}`,
      `repeats on the wire ${this.repeats.toLocaleString('en')}`,
    ];
    return figures.join(' | ');
  }
}
