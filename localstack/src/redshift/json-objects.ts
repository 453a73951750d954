/**
 * Splits text into JSON objects without parsing them. Objects follow each other with whitespace or nothing in between, and may
 * span several lines. One pass finds the end of an object and the slices of its top-level members, so that SUPER keeps the
 * exact text that was sent. The caller checks the content of a slice.
 */
import { RowError } from './load-error.ts';

export interface JsonObject {
  readonly text: string;
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Raw text of each member by its key; the last one of a duplicate key. */
  readonly members: ReadonlyMap<string, string>;
}

/** COPY accepts 4 MB per row (AWS documentation). */
export const ROW_BYTES_MAX = 4 * 1024 * 1024;

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const COLON = 58;
const COMMA = 44;
const NEWLINE = 10;

export class JsonObjectScanner {
  #rest = '';
  #line = 1;

  /** Yields the objects that are complete. @throws RowError */
  *push(chunk: string): Generator<JsonObject> {
    this.#rest += chunk;
    let at = 0;
    for (;;) {
      at = this.#skipBlanks(at);
      if (at >= this.#rest.length) break;
      if (this.#rest.charCodeAt(at) !== OPEN_BRACE) throw new RowError('bad_json');
      const object = scanObject(this.#rest, { start: at, line: this.#line });
      if (object === undefined) break;
      assertSize(object.text);
      yield object;
      at += object.text.length;
      this.#countLines(object.text);
    }
    this.#rest = this.#rest.slice(at);
    assertSize(this.#rest);
  }

  /** @throws RowError when an object is incomplete */
  end(): void {
    if (this.#rest.trim() !== '') throw new RowError('bad_json');
  }

  /** The line that is being read. */
  get line(): number {
    return this.#line;
  }

  #skipBlanks(from: number): number {
    let at = from;
    for (; at < this.#rest.length; at += 1) {
      const code = this.#rest.charCodeAt(at);
      if (code === NEWLINE) this.#line += 1;
      else if (code !== 32 && code !== 9 && code !== 13) break;
    }
    return at;
  }

  #countLines(text: string): void {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#line += 1;
  }
}

function assertSize(text: string): void {
  // A UTF-16 unit is at most three bytes, so only large rows need the exact count.
  if (text.length * 3 > ROW_BYTES_MAX && Buffer.byteLength(text) > ROW_BYTES_MAX) throw new RowError('row_too_large');
}

/** Undefined when the text ends inside the object. */
function scanObject(text: string, from: { readonly start: number; readonly line: number }): JsonObject | undefined {
  const members = new Members(text, from.start + 1);
  let depth = 1;
  for (let at = from.start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at === -1) return undefined;
      continue;
    }
    depth += depthChange(code);
    if (depth === 1) members.see(code, at);
    if (depth === 0) return { text: text.slice(from.start, at + 1), line: from.line, members: members.end(at) };
  }
  return undefined;
}

function depthChange(code: number): number {
  if (code === OPEN_BRACE || code === OPEN_BRACKET) return 1;
  return code === CLOSE_BRACE || code === CLOSE_BRACKET ? -1 : 0;
}

/** Slices of the top-level members. `see` receives every character at the top level outside strings. */
class Members {
  readonly #text: string;
  readonly #found = new Map<string, string>();
  #start: number;
  #colon = -1;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
  }

  see(code: number, at: number): void {
    if (code === COLON && this.#colon === -1) this.#colon = at;
    else if (code === COMMA) this.#close(at);
  }

  end(at: number): ReadonlyMap<string, string> {
    this.#close(at);
    return this.#found;
  }

  #close(at: number): void {
    if (this.#colon !== -1) {
      this.#found.set(keyOf(this.#text.slice(this.#start, this.#colon)), this.#text.slice(this.#colon + 1, at).trim());
    }
    this.#start = at + 1;
    this.#colon = -1;
  }
}

/** Index of the quote that ends the string, or -1 when the text ends first. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let slashes = 0;
    while (text.charCodeAt(close - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return close;
  }
  return -1;
}

function keyOf(raw: string): string {
  const key = raw.trim();
  if (!key.includes('\\')) return key.slice(1, -1);
  const parsed: unknown = parseJson(key);
  return String(parsed);
}

/** @throws RowError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RowError('bad_json', { cause: error });
  }
}
