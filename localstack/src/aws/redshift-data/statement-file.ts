/**
 * The file of the known statements: a line for each change of one, and the last line of each statement wins. A write that
 * fails may leave a part of a line (a full disk), so the write after it starts a new line: a torn line costs itself only.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ENDED_TEXT_CHARS_MAX } from './limits.ts';
import type { StatementRecord } from './statement-record.ts';

/** Lines after which the file is rewritten without the statements that have expired. */
const REWRITE_AFTER_LINES = 5_000;

export class StatementFile {
  readonly #path: string;
  readonly #append: (path: string, text: string, options: { readonly mode: number }) => void;
  #lines = 0;
  #isTorn = false;

  constructor(path: string, append = appendFileSync) {
    this.#path = path;
    this.#append = append;
  }

  read(): readonly StatementRecord[] {
    if (!existsSync(this.#path)) return [];
    const records = new Map<string, StatementRecord>();
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      const record = parseLine(line);
      if (record !== undefined) records.set(record.id, record);
    }
    return [...records.values()];
  }

  /** `known` are the statements to keep when the file has grown too long. @throws when the line is not on disk */
  append(record: StatementRecord, known: ReadonlyMap<string, StatementRecord>): void {
    const line = toLine(record);
    const text = this.#isTorn ? `\n${line}` : line;
    this.#isTorn = true;
    this.#append(this.#path, text, { mode: 0o600 });
    this.#isTorn = false;
    this.#lines += 1;
    if (this.#lines <= REWRITE_AFTER_LINES + known.size) return;
    try {
      this.rewrite([...new Map(known).set(record.id, record).values()]);
    } catch {
      // The long file is right too, and the next line tries again.
    }
  }

  rewrite(records: readonly StatementRecord[]): void {
    const unfinished = `${this.#path}.new`;
    writeFileSync(unfinished, records.map(toLine).join(''), { mode: 0o600 });
    renameSync(unfinished, this.#path);
    this.#isTorn = false;
    this.#lines = records.length;
  }
}

const toLine = (record: StatementRecord): string =>
  `${JSON.stringify({
    ...record,
    // Results are kept in memory only, and an ended statement needs no more than the start of its text.
    parts: record.parts.map((part) => ({ ...part, sql: part.sql.slice(0, ENDED_TEXT_CHARS_MAX), result: undefined })),
  })}\n`;

function parseLine(line: string): StatementRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    // A torn line, of a killed process or a full disk. It was never acknowledged.
    return undefined;
  }
}

const isRecord = (value: unknown): value is StatementRecord =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'spec' in value &&
  'parts' in value &&
  'status' in value;
