/**
 * Splits bytes into numbered lines of at most LINE_BYTES_MAX. Lines end with LF or CRLF; a byte order mark is removed. A line
 * that is too long or not UTF-8 becomes a problem: with replacement characters, two different names could become one.
 */
import { isUtf8 } from 'node:buffer';
import { LINE_BYTES_MAX } from '../limits.ts';
import type { Line, Problem } from './outcome.ts';

const LF = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

export class LineSplitter {
  #number = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;
  /** The line is longer than allowed: the rest of it is skipped. */
  #isOverlong = false;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take('\n'));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, if no line end follows it. */
  end(): Line[] {
    return this.#partBytes === 0 && !this.#isOverlong ? [] : [this.#take('')];
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

  #take(eol: '\n' | ''): Line {
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    const isOverlong = this.#isOverlong;
    this.#number += 1;
    this.#parts = [];
    this.#partBytes = 0;
    this.#isOverlong = false;
    if (isOverlong) return this.#broken(eol, TOO_LONG);
    if (!isUtf8(bytes)) return this.#broken(eol, NOT_UTF8);
    return this.#line(bytes.toString('utf8'), eol);
  }

  #line(raw: string, eol: '\n' | ''): Line {
    const text = this.#number === 1 && raw.startsWith(BYTE_ORDER_MARK) ? raw.slice(1) : raw;
    const isCrLf = eol === '\n' && text.endsWith('\r');
    return { number: this.#number, text: isCrLf ? text.slice(0, -1) : text, eol: isCrLf ? '\r\n' : eol };
  }

  #broken(eol: '\n' | '', problem: Problem): Line {
    return { number: this.#number, text: '', eol, problem };
  }
}

const TOO_LONG: Problem = {
  code: 'line_too_long',
  message: `Expected a line of at most ${LINE_BYTES_MAX} bytes, got a longer one.`,
};
const NOT_UTF8: Problem = {
  code: 'not_utf8',
  message: 'Expected UTF-8, got other bytes; convert the file, for example with iconv.',
};
