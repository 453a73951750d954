/**
 * The only writer to the terminal. Results go to standard output. Everything else (progress, notes, errors) goes to standard
 * error, so that `--json` leaves exactly one line on standard output.
 */
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Paint = (text: string) => string;

export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** A result as it is printed: what every `render.ts` returns. */
export interface Rendering {
  /** Lines for standard output. */
  readonly lines: readonly string[];
  /** Lines for standard error. */
  readonly notes: readonly string[];
}

const COLUMNS_DEFAULT = 80;

export class Printer {
  readonly #out: Terminal;
  readonly #error: Terminal;
  /** Colours for standard output and for standard error. */
  readonly colors: Palette;
  readonly errorColors: Palette;

  constructor(streams: { readonly out: Terminal; readonly error: Terminal; readonly isColorOff: boolean }) {
    this.#out = streams.out;
    this.#error = streams.error;
    this.colors = pc.createColors(streams.out.isTTY === true && !streams.isColorOff);
    this.errorColors = pc.createColors(streams.error.isTTY === true && !streams.isColorOff);
  }

  /** Whether a line of standard error can be redrawn. */
  get isInteractive(): boolean {
    return this.#error.isTTY === true;
  }

  get columns(): number {
    return this.#error.columns ?? COLUMNS_DEFAULT;
  }

  /** One line of the result. Off a terminal, escape codes are removed: citty writes them into its usage text. */
  out(line: string): void {
    this.#out.write(`${this.#out.isTTY === true ? line : stripVTControlCharacters(line)}\n`);
  }

  note(line: string): void {
    this.#error.write(`${line}\n`);
  }

  print({ lines, notes }: Rendering): void {
    for (const line of lines) this.out(line);
    for (const line of notes) this.note(line);
  }

  fail(message: string, hint?: string): void {
    this.note(`${this.errorColors.red('error')} ${message}`);
    if (hint !== undefined) this.note(`      ${hint}`);
  }

  /** Replaces the current line of an interactive standard error. */
  redraw(line: string): void {
    this.#error.write(`\r\u001b[K${line}`);
  }
}
