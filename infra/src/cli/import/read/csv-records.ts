/**
 * Splits CSV into records, as RFC 4180 defines it: commas, double quotes around a field, `""` for a quote, line ends inside
 * quotes. A quote inside a field that does not begin with one is an ordinary character. A byte order mark before a record
 * is removed: concatenated files have several.
 *
 * A quote that is never closed would swallow the rest of the file. So a broken record costs only the line on which it
 * begins: the lines after it are read again as records of their own. We found no library that recovers this way.
 * Pure.
 */
import { LINE_BYTES_MAX } from '../limits.ts';
import { withoutByteOrderMark } from './byte-order-mark.ts';
import type { Line, Problem } from './outcome.ts';

export type CsvRecord =
  | { readonly kind: 'fields'; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: 'broken'; readonly line: number; readonly problem: Problem };

const QUOTE = '"';
const COMMA = ',';

export class CsvRecords {
  /** Lines of the record whose quote is still open. */
  #open: Line[] = [];
  #openLength = 0;
  #parser = new RecordParser();

  push(lines: readonly Line[]): CsvRecord[] {
    const records: CsvRecord[] = [];
    // A stack of the lines to read. The next one is last.
    const waiting = lines.toReversed();
    for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) this.#read(line, { records, waiting });
    return records;
  }

  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.#open.length > 0) {
      const waiting: Line[] = [];
      this.#giveUp(UNCLOSED, { records, waiting });
      records.push(...this.push(waiting.toReversed()));
    }
    return records;
  }

  #read(line: Line, to: Sink): void {
    if (line.problem !== undefined) this.#readBroken(line, line.problem, to);
    else if (this.#open.length > 0 || line.text !== '') this.#readText(line, to);
  }

  #readText(line: Line, to: Sink): void {
    const text = this.#open.length === 0 ? withoutByteOrderMark(line.text) : line.text;
    const state = this.#parser.feed(text);
    this.#open.push(line);
    this.#openLength += line.text.length;
    if (state === 'bad') {
      this.#giveUp(AFTER_QUOTE, to);
    } else if (state === 'done') {
      to.records.push({ kind: 'fields', line: this.#open[0]?.number ?? line.number, fields: this.#parser.fields });
      this.#reset();
    } else if (this.#openLength > LINE_BYTES_MAX) {
      this.#giveUp(TOO_LONG, to);
    } else {
      this.#parser.lineEnd(line.eol);
    }
  }

  /** An unreadable line ends the record that it would have continued. */
  #readBroken(line: Line, problem: Problem, to: Sink): void {
    if (this.#open.length === 0) {
      to.records.push({ kind: 'broken', line: line.number, problem });
      return;
    }
    to.waiting.push(line);
    this.#giveUp(UNCLOSED, to);
  }

  #giveUp(problem: Problem, { records, waiting }: Sink): void {
    const [first, ...rest] = this.#open;
    records.push({ kind: 'broken', line: first?.number ?? 0, problem });
    for (const line of rest.reverse()) waiting.push(line);
    this.#reset();
  }

  #reset(): void {
    this.#open = [];
    this.#openLength = 0;
    this.#parser = new RecordParser();
  }
}

interface Sink {
  readonly records: CsvRecord[];
  readonly waiting: Line[];
}

/** One record, fed line by line while a quote is open. */
class RecordParser {
  fields: string[] = [];
  /** Text so far of the quoted field that the previous line left open. */
  #quoted: string | undefined;

  feed(text: string): 'done' | 'open' | 'bad' {
    if (this.#quoted === undefined && !text.includes(QUOTE)) {
      this.fields = text.split(COMMA);
      return 'done';
    }
    let at = 0;
    while (this.#quoted !== undefined || at <= text.length) {
      const next =
        this.#quoted !== undefined || text[at] === QUOTE ? this.#quotedField(text, at) : this.#bare(text, at);
      if (typeof next === 'string') return next;
      at = next;
    }
    return 'done';
  }

  lineEnd(eol: string): void {
    this.#quoted = `${this.#quoted ?? ''}${eol}`;
  }

  #bare(text: string, at: number): number {
    const comma = text.indexOf(COMMA, at);
    const end = comma === -1 ? text.length : comma;
    this.fields.push(text.slice(at, end));
    return end + 1;
  }

  /** @returns the position of the next field, or why there is none */
  #quotedField(text: string, start: number): number | 'open' | 'bad' {
    let at = this.#quoted === undefined ? start + 1 : start;
    let value = this.#quoted ?? '';
    for (;;) {
      const quote = text.indexOf(QUOTE, at);
      if (quote === -1) {
        this.#quoted = value + text.slice(at);
        return 'open';
      }
      value += text.slice(at, quote);
      if (text[quote + 1] !== QUOTE) return this.#close(text, quote + 1, value);
      value += QUOTE;
      at = quote + 2;
    }
  }

  #close(text: string, at: number, value: string): number | 'bad' {
    if (at < text.length && text[at] !== COMMA) return 'bad';
    this.#quoted = undefined;
    this.fields.push(value);
    return at + 1;
  }
}

const UNCLOSED: Problem = {
  code: 'quote_unclosed',
  message: 'Expected a closing quote (a quote inside a quoted field is written twice), got none.',
};
const AFTER_QUOTE: Problem = {
  code: 'quote_misplaced',
  message: 'Expected a comma or the end of the line after a closing quote, got something else.',
};
const TOO_LONG: Problem = {
  code: 'quote_unclosed',
  message: `Expected a closing quote within ${LINE_BYTES_MAX} characters, got none.`,
};
