/**
 * The captured records that no segment holds yet, and the mark up to which all others are written. Most are in the hot
 * log. In memory mode the sender takes records before they are written; those wait in the backlog and are the older
 * ones.
 */
import { Buffer } from 'node:buffer';
import type { Backlog } from './backlog.ts';
import { frameOf } from './frame.ts';
import type { UnwrittenFrames } from './group-commit.ts';
import type { Frames, HotLog } from './hot-log.ts';
import type { JournalRecord } from './record.ts';

export class UnwrittenRecords implements UnwrittenFrames {
  readonly #hot: HotLog;
  readonly #backlog: Backlog;
  #writtenSeq = 0;

  constructor(hot: HotLog, backlog: Backlog) {
    this.#hot = hot;
    this.#backlog = backlog;
  }

  get writtenSeq(): number {
    return this.#writtenSeq;
  }

  get lastSeq(): number {
    return this.#hot.lastSeq;
  }

  /** Of the records that the sender has taken, only the unsettled ones are written. */
  framesFrom(seq: number, until: number): Frames | undefined {
    const from = Math.max(seq, this.#writtenSeq + 1);
    if (from >= this.#hot.headSeq) return this.#hot.framesFrom(from, until);
    const taken = this.#backlog.unsettled().filter((record) => record.seq >= from && record.seq <= until);
    const [first] = taken;
    if (first === undefined) return this.#hot.framesFrom(from, until);
    const bytes = Buffer.concat(taken.map(frameOf));
    return { firstSeq: first.seq, lastSeq: taken.at(-1)?.seq ?? first.seq, bytes, release: () => undefined };
  }

  markWritten(seq: number): void {
    this.#writtenSeq = Math.max(this.#writtenSeq, seq);
  }

  /** The unwritten records that the sender has taken. */
  taken(): readonly JournalRecord[] {
    return this.#backlog.unsettled().filter(({ seq }) => seq > this.#writtenSeq);
  }
}
