/**
 * Splits bytes into numbered lines of at most LINE_BYTES_MAX. Lines end with LF, CRLF or CR (old Mac), also mixed in one
 * file. A line that is too long or not UTF-8 becomes a problem: with replacement characters, two different names could
 * become one.
 */
import { isUtf8 } from 'node:buffer';
import { LINE_BYTES_MAX } from '../limits.ts';
import type { Line, Problem } from './outcome.ts';

const LF = 0x0a;
const CR = 0x0d;

export class LineSplitter {
  #number = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;
  /** The line is longer than allowed: the rest of it is skipped. */
  #isOverlong = false;
  /** The last chunk ended with a CR. The next byte decides whether the line ends with CR or CRLF. */
  #isAfterCr = false;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = this.#endAfterCr(chunk, lines);
    const ends = new LineEnds(chunk);
    for (let end = ends.next(start); end < chunk.length; end = ends.next(start)) {
      this.#keep(chunk.subarray(start, end));
      const eol = eolAt(chunk, end);
      if (eol === undefined) {
        this.#isAfterCr = true;
        return lines;
      }
      lines.push(this.#take(eol));
      start = end + eol.length;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, if no line end follows it. */
  end(): Line[] {
    if (this.#isAfterCr) return [this.#take('\r')];
    return this.#partBytes === 0 && !this.#isOverlong ? [] : [this.#take('')];
  }

  /** Ends the line whose CR was the last byte of the previous chunk. @returns where the next line begins */
  #endAfterCr(chunk: Buffer, lines: Line[]): number {
    if (!this.#isAfterCr || chunk.length === 0) return 0;
    this.#isAfterCr = false;
    const eol = crEnd(chunk[0]);
    lines.push(this.#take(eol));
    return eol.length - 1;
  }

  #keep(part: Buffer): void {
    this.#partBytes += part.length;
    if (this.#partBytes > LINE_BYTES_MAX) {
      this.#isOverlong = true;
      this.#parts = [];
      return;
    }
    this.#parts.push(part);
  }

  #take(eol: Line['eol']): Line {
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    const isOverlong = this.#isOverlong;
    this.#number += 1;
    this.#parts = [];
    this.#partBytes = 0;
    this.#isOverlong = false;
    if (isOverlong) return this.#broken(eol, TOO_LONG);
    if (!isUtf8(bytes)) return this.#broken(eol, NOT_UTF8);
    return { number: this.#number, text: bytes.toString('utf8'), eol };
  }

  #broken(eol: Line['eol'], problem: Problem): Line {
    return { number: this.#number, text: '', eol, problem };
  }
}

/** Finds the line ends of a chunk. It searches for each of the two characters only as far as the next one of its kind. */
class LineEnds {
  readonly #chunk: Buffer;
  #lf = -1;
  #cr = -1;

  constructor(chunk: Buffer) {
    this.#chunk = chunk;
  }

  /** Returns the first end at or after `start`, and the chunk's length or more if there is none. */
  next(start: number): number {
    if (this.#lf < start) this.#lf = this.#find(LF, start);
    if (this.#cr < start) this.#cr = this.#find(CR, start);
    return Math.min(this.#lf, this.#cr);
  }

  #find(byte: number, start: number): number {
    const at = this.#chunk.indexOf(byte, start);
    return at === -1 ? Number.POSITIVE_INFINITY : at;
  }
}

/** The line end at `at`; undefined if it is a CR and the next byte is not known yet. */
function eolAt(chunk: Buffer, at: number): Exclude<Line['eol'], ''> | undefined {
  if (chunk[at] === LF) return '\n';
  return at === chunk.length - 1 ? undefined : crEnd(chunk[at + 1]);
}

/** The line end that begins with a CR. */
const crEnd = (next: number | undefined): '\r\n' | '\r' => (next === LF ? '\r\n' : '\r');

const TOO_LONG: Problem = {
  code: 'line_too_long',
  message: `Expected a line of at most ${LINE_BYTES_MAX} bytes, got a longer one.`,
};
const NOT_UTF8: Problem = {
  code: 'not_utf8',
  message: 'Expected UTF-8, got other bytes; convert the file, for example with iconv.',
};
