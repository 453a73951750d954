/** Counts what the import left out or changed on purpose, each kind with its first lines. */
import { NOTICE_LINES_MAX } from '../limits.ts';
import type { Change, LeftOut } from '../read/outcome.ts';

export type NoticeCode = LeftOut | Change | 'id_repeated';

/** One kind of it, as `--json` prints it. */
export interface Notice {
  readonly code: NoticeCode;
  readonly count: number;
  readonly message: string;
  /** The first lines that it concerns. */
  readonly lines: readonly number[];
}

const MESSAGES: Readonly<Record<NoticeCode, string>> = {
  header_repeated: 'Lines that repeat the header were left out.',
  not_an_event: 'Lines that are no events (identify, group and alias calls) were left out.',
  number_unsafe: 'Numbers that JSON does not keep (integers beyond 2^53) were left out, their events kept.',
  key_repeated: 'Keys came twice in one JSON object; the last value was kept, as JSON readers do.',
  name_taken: 'Fields were left out because an attribute of the event has the same name.',
  id_hashed: 'Ids longer than 64 bytes were replaced by their SHA-256.',
  id_repeated: 'Lines have the id and the content of an earlier line; such an event is stored once.',
};

export class Notices {
  readonly #counts = new Map<NoticeCode, { count: number; readonly lines: number[] }>();

  add(line: number, code: NoticeCode): void {
    const entry = this.#counts.get(code) ?? { count: 0, lines: [] };
    entry.count += 1;
    if (entry.lines.length < NOTICE_LINES_MAX && entry.lines.at(-1) !== line) entry.lines.push(line);
    this.#counts.set(code, entry);
  }

  get all(): readonly Notice[] {
    return [...this.#counts].map(([code, { count, lines }]) => ({ code, count, message: MESSAGES[code], lines }));
  }
}
